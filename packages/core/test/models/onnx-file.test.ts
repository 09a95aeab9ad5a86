import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { externalDataOf, readOnnxFile } from '../../src/models/onnx-file.js';
import type { ModelRef } from '../../src/types/index.js';
import { content, REPO, sha256, startHub } from './local-hub.js';
import { addGraph, onnxBytes, property } from './onnx-bytes.js';
import { failure, openStore, temporaryFolder } from './open-store.js';

const GRAPH = onnxBytes(['model.onnx_data', 'model.onnx_data_1'], 'model.onnx_data');
const FILES = {
  'onnx/model.onnx': GRAPH,
  'onnx/model.onnx_data': content(50_000, 2),
  'onnx/model.onnx_data_1': content(60_000, 3),
  'onnx/plain.onnx': onnxBytes(),
};

describe('externalDataOf', () => {
  it('finds the names in initializers and in constants of subgraphs', async () => {
    const path = join(await temporaryFolder(), 'model.onnx');
    await writeFile(path, onnxBytes(['b', 'a'], 'c/d'));
    expect(await externalDataOf(path)).toEqual(['a', 'b', 'c/d']);
    await writeFile(path, onnxBytes());
    expect(await externalDataOf(path)).toEqual([]);
  });

  it('finds none in what is not ONNX', async () => {
    const path = join(await temporaryFolder(), 'model.onnx');
    for (const bytes of [Buffer.alloc(0), Buffer.from('<html>'), content(5000), GRAPH.subarray(0, GRAPH.length - 3)]) {
      await writeFile(path, bytes);
      expect(await externalDataOf(path)).toEqual([]);
    }
  });
});

describe('readOnnxFile', () => {
  it('finds metadata after weights of any size, and steps over them', async () => {
    const path = join(await temporaryFolder(), 'model.onnx');
    await writeFile(path, Buffer.concat([onnxBytes(['w']), property('a', 'x'), property('b', 'ü'.repeat(70_000))]));
    const { metadata, externalData } = await readOnnxFile(path);
    expect([...metadata.keys()]).toEqual(['a', 'b']);
    expect(metadata.get('b')).toBe('ü'.repeat(70_000));
    expect(externalData).toEqual(['w']);
  });

  it('ends every cut and every change of a byte with metadata or a RangeError', async () => {
    const path = join(await temporaryFolder(), 'model.onnx');
    const whole = Buffer.concat([property('a', 'x'), addGraph('w.onnx_data')]);
    const variants = [
      ...Array.from(whole, (_, length) => whole.subarray(0, length)),
      ...Array.from(whole, (_, at) => Buffer.from(whole.map((byte, i) => (i === at ? byte ^ 0xff : byte)))),
    ];
    let refused = 0;
    for (const bytes of variants) {
      await writeFile(path, bytes);
      const error = await readOnnxFile(path).then(
        () => undefined,
        (reason) => reason,
      );
      if (error !== undefined) expect(error).toBeInstanceOf(RangeError);
      if (error !== undefined) refused++;
    }
    expect(refused).toBeGreaterThan(whole.length);
  });
});

describe('external data', () => {
  it('comes along from a repository, pinned and under its own name', async () => {
    await using hub = await startHub(FILES);
    const { store, dir } = await openStore({ endpoint: hub.origin });
    const { path } = await store.get(`hf:${REPO}@main/onnx/model.onnx`);
    expect(await readdir(dirname(path))).toEqual(['model.onnx', 'model.onnx_data', 'model.onnx_data_1']);
    expect(await readFile(`${path}_data_1`)).toEqual(FILES['onnx/model.onnx_data_1']);
    expect(await store.pinned()).toEqual([
      `hf:${REPO}@main/onnx/model.onnx`,
      `hf:${REPO}@main/onnx/model.onnx_data`,
      `hf:${REPO}@main/onnx/model.onnx_data_1`,
    ]);
    const offline = await openStore({ dir, offline: true });
    await offline.store.get(`hf:${REPO}@main/onnx/model.onnx`);
  });

  it('is found by onnxruntime, however it came', async () => {
    const files = {
      'onnx/add.onnx': addGraph('add.onnx_data'),
      'onnx/add.onnx_data': Buffer.from(new Float32Array([1, 2, 3, 4]).buffer),
    };
    await using hub = await startHub(files);
    const { store } = await openStore({ endpoint: hub.origin });
    const url = (file: keyof typeof files) => `${hub.origin}/plain/${file}#sha256-${sha256(files[file])}` as ModelRef;
    await store.get(url('onnx/add.onnx_data'));
    for (const ref of [`hf:${REPO}@main/onnx/add.onnx`, url('onnx/add.onnx')] as ModelRef[]) {
      const session = await InferenceSession.create((await store.get(ref)).path);
      const { y } = await session.run({ x: new Tensor('float32', [10, 10, 10, 10], [4]) });
      expect(y?.data).toEqual(new Float32Array([11, 12, 13, 14]));
      await session.release();
    }
  });

  it('that a repository lacks is named', async () => {
    await using hub = await startHub({ 'onnx/model.onnx': GRAPH });
    const { store } = await openStore({ endpoint: hub.origin });
    const error = await failure(store.get(`hf:${REPO}@main/onnx/model.onnx`));
    expect(error.code).toBe('SV_MODEL_FOLDER');
    expect(error.message).toMatchInlineSnapshot(
      `"\`hf:acme/tiny@main/onnx/model.onnx\` keeps its weights in \`model.onnx_data\`, which the repository lacks. Choose another file of the repository, or another revision."`,
    );
  });

  it('outside of the folder is refused', async () => {
    await using hub = await startHub({ 'onnx/model.onnx': onnxBytes(['../../../../etc/passwd']) });
    const { store } = await openStore({ endpoint: hub.origin });
    const error = await failure(store.get(`hf:${REPO}@main/onnx/model.onnx`));
    expect(error.code).toBe('SV_MODEL_FOLDER');
    expect(error.message).toMatchInlineSnapshot(
      `"\`hf:acme/tiny@main/onnx/model.onnx\` keeps its weights in \`../../../../etc/passwd\`, outside of its folder. Do not use this file: a graph must not name paths on your disk."`,
    );
  });

  it('of a URL needs a reference of its own, and then lies beside the graph', async () => {
    await using hub = await startHub(FILES);
    const ref = (file: keyof typeof FILES) => `${hub.origin}/plain/${file}#sha256-${sha256(FILES[file])}` as ModelRef;
    const { store, dir } = await openStore();
    const error = await failure(store.get(ref('onnx/model.onnx')));
    expect(error.code).toBe('SV_MODEL_FOLDER');
    expect(error.message).toContain(`sv models pull '${hub.origin}/plain/onnx/model.onnx_data#sha256-<hex>'`);
    await store.get(ref('onnx/model.onnx_data'));
    await store.get(ref('onnx/model.onnx_data_1'));
    const { path } = await (await openStore({ dir })).store.get(ref('onnx/model.onnx'));
    expect(await readdir(dirname(path))).toEqual(['model.onnx', 'model.onnx_data', 'model.onnx_data_1']);
    expect(await readFile(`${path}_data`)).toEqual(FILES['onnx/model.onnx_data']);
    expect(hub.seen).toHaveLength(3);
  });

  it('of a local file must be beside it', async () => {
    const dir = await temporaryFolder();
    await writeFile(join(dir, 'model.onnx'), onnxBytes(['model.onnx_data']));
    const { store } = await openStore({ dir });
    const error = await failure(store.get('file:model.onnx'));
    expect(error.message.replaceAll(dir, '<dir>')).toMatchInlineSnapshot(
      `"\`file:model.onnx\` keeps its weights in \`model.onnx_data\`, which is not beside it. Copy it to <dir>/model.onnx_data; it must keep its name."`,
    );
    await writeFile(join(dir, 'model.onnx_data'), 'weights');
    expect(await store.get('file:model.onnx')).toMatchObject({ path: join(dir, 'model.onnx') });
  });
});
