import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type ModelRef, silent } from '@streetvision/core';
import { createGraph } from '@streetvision/onnx';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOnnxRuntimeEngine } from '../../../core/src/engines/index.js';
import { createModelStore } from '../../../core/src/models/index.js';
import { startHub } from '../../../core/test/models/local-hub.js';
import { fetchBackbone } from '../../src/backbones/files.js';
import { BACKBONES, openBackbone } from '../../src/index.js';
import { makeFolder, meanColour, PREPROCESSOR } from '../model-folder.js';

let folder: Awaited<ReturnType<typeof makeFolder>>;
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => folder.remove());

/** Answers every reference with the same graph and notes what was asked for. */
async function recorder(graph: Uint8Array) {
  const path = join(folder.path, 'graph.onnx');
  await writeFile(path, graph);
  const refs: ModelRef[] = [];
  const model = async (ref: ModelRef) => {
    refs.push(ref);
    return { ref, path, sha256: 'c'.repeat(64), bytes: graph.length };
  };
  return { refs, model };
}

describe('a backbone of the table', () => {
  it.each([
    ['dinov3-vits16', 'fp32', 'hf:onnx-community/dinov3-vits16-pretrain-lvd1689m-ONNX@main/onnx/model.onnx'],
    ['dinov3-vitl16', 'q8', 'hf:onnx-community/dinov3-vitl16-pretrain-lvd1689m-ONNX@main/onnx/model_quantized.onnx'],
    ['dinov2-registers-base', 'fp16', 'hf:onnx-community/dinov2-with-registers-base@main/onnx/model_fp16.onnx'],
    ['siglip2-base-patch16-224', 'fp32', 'hf:onnx-community/siglip2-base-patch16-224-ONNX@main/onnx/vision_model.onnx'],
  ] as const)('%s in %s is one file', async (name, dtype, ref) => {
    const { refs, model } = await recorder(meanColour().encode());
    const files = await fetchBackbone(name, dtype, { model });
    expect(refs).toEqual([ref]);
    expect(files.sha256).toBe('c'.repeat(64));
  });

  it('without an export is refused before anything is asked for', async () => {
    const { refs, model } = await recorder(meanColour().encode());
    for (const entry of BACKBONES.filter((one) => one.export === null)) {
      await expect(fetchBackbone(entry.id, 'fp32', { model })).rejects.toMatchObject({ code: 'SV_BACKBONE_NO_EXPORT' });
    }
    expect(refs).toEqual([]);
  });

  it('is refused when the file is of another model', async () => {
    const g = createGraph();
    const x = g.input('pixel_values', 'float32', ['batch', 3, 224, 224]);
    g.output('pooler_output', 'float32', ['batch', 3], g.node('ReduceMean', [x], { axes: [2, 3], keepdims: 0 }));
    const { model } = await recorder(g.encode());
    const engine = createOnnxRuntimeEngine({ log: silent });
    const opened = openBackbone(
      { backbone: 'dinov3-vits16' },
      { model, open: (path) => engine.open(path, { workers: 1 }) },
    );
    await expect(opened).rejects.toMatchObject({
      code: 'SV_MODEL_FOLDER',
      message: expect.stringContaining('gives 3 features for `cls`, expected 384'),
    });
    await engine.close?.();
  });
});

describe('a folder on Hugging Face', () => {
  it('is downloaded file by file and pinned', async () => {
    const { model, data } = meanColour().encodeExternal('model.onnx_data');
    await using hub = await startHub({
      'config.json': Buffer.from('{}'),
      'preprocessor_config.json': Buffer.from(JSON.stringify(PREPROCESSOR)),
      'onnx/model.onnx': Buffer.from(model),
      'onnx/model.onnx_data': Buffer.from(data),
    });
    const store = createModelStore({
      cache: join(folder.path, 'cache'),
      dir: folder.path,
      log: silent,
      endpoint: hub.origin,
      offline: false,
      token: '',
    });
    const engine = createOnnxRuntimeEngine({ log: silent });
    const backbone = await openBackbone(
      { backbone: 'hf:acme/tiny' },
      { model: (ref) => store.get(ref), open: (path) => engine.open(path, { workers: 1 }) },
    );
    expect([backbone.id, backbone.dimension]).toEqual(['acme/tiny', 3]);
    expect(await store.pinned()).toContain('hf:acme/tiny@main/config.json');
    await backbone.close();
    await engine.close?.();
  });
});

describe('a graph that reaches outside its folder', () => {
  it('is refused', async () => {
    const { model } = meanColour().encodeExternal('../secret');
    const at = join(folder.path, 'outside', 'onnx', 'model.onnx');
    await mkdir(dirname(at), { recursive: true });
    await writeFile(at, model);
    await writeFile(join(folder.path, 'outside', 'config.json'), '{}');
    await writeFile(join(folder.path, 'outside', 'preprocessor_config.json'), JSON.stringify(PREPROCESSOR));
    await writeFile(join(folder.path, 'outside', 'secret'), 'x');
    const store = createModelStore({ cache: join(folder.path, 'cache'), dir: folder.path, lock: false, log: silent });
    await expect(fetchBackbone('./outside', 'fp32', { model: (ref) => store.get(ref) })).rejects.toMatchObject({
      code: 'SV_MODEL_FOLDER',
      message: expect.stringContaining('outside its folder'),
    });
  });
});
