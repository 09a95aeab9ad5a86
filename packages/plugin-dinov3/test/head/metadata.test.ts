import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isSvError } from '@streetvision/core';
import { createGraph, tensor } from '@streetvision/onnx';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readHeadMetadata } from '../../src/index.js';
import { linearHead, METADATA, withMetadata } from '../head-fixture.js';

let folder: string;
let path: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sv-head-'));
  path = join(folder, 'head.onnx');
});
afterAll(() => rm(folder, { recursive: true }));

const readBack = async (bytes: Uint8Array) => {
  await writeFile(path, bytes);
  return readHeadMetadata(path);
};
const head = (metadata: unknown) => linearHead([1, 2, 3], 0, metadata);
const messageOf = (failing: Promise<unknown>) =>
  failing.then(
    () => 'nothing was thrown',
    (error) => (isSvError(error) ? `${error.code}: ${error.message.replace(path, 'head.onnx')}` : String(error)),
  );

describe('readHeadMetadata', () => {
  it('reads what was written', async () => {
    const calibration = { method: 'platt', a: 1.2, b: -0.1 };
    const metadata = { ...METADATA, calibration, trained: { clips: 12, note: 'ü' } };
    expect(await readBack(head(metadata))).toEqual(metadata);
  });

  it('steps over weights of megabytes', async () => {
    const g = createGraph();
    const big = g.constant('big', tensor('float32', [1024, 1024], new Float32Array(1 << 20).fill(0.5)));
    g.output('y', 'float32', ['batch', 1024], g.node('MatMul', [g.input('x', 'float32', ['batch', 1024]), big]));
    expect(await readBack(withMetadata(g.encode(), METADATA))).toEqual(METADATA);
  });

  it.each([
    ['version', { version: 2 }],
    ['backbone.id', { backbone: { sha256: 'a'.repeat(64) } }],
    ['backbone.sha256', { backbone: { id: 'x', sha256: 'beef' } }],
    ['feature', { feature: 'CLS' }],
    ['l2', { l2: undefined }],
    ['dimension', { dimension: 0.5 }],
    ['preprocessing', { preprocessing: { width: 8 } }],
    ['preprocessing', { preprocessing: { width: 8, height: 8, std: [0, 0, 0] } }],
    ['classes', { classes: ['one'] }],
    ['classes', { classes: ['one', 'one'] }],
    ['positive', { positive: 'other' }],
    ['calibration', { calibration: undefined }],
    ['calibration.method', { calibration: { method: 'isotonic' } }],
    ['calibration.temperature', { calibration: { method: 'temperature', temperature: 0 } }],
    ['calibration.a', { calibration: { method: 'platt', a: '1' } }],
    ['calibration.method', { calibration: { method: 'platt', a: 1, b: 0 }, classes: ['roadwork', 'b', 'c'] }],
  ])('names `%s` where it is wrong', async (key, change) => {
    expect(await messageOf(readBack(head({ ...METADATA, ...change })))).toMatch(
      new RegExp(`^SV_HEAD_INVALID: Head head.onnx has metadata in which \`${key}`),
    );
  });

  it('says what is wrong with a head that has none', async () => {
    const g = createGraph();
    g.output('y', 'float32', [1], g.node('Identity', [g.input('x', 'float32', [1])]));
    g.metadata({ author: 'someone' });
    expect(await messageOf(readBack(g.encode()))).toMatchInlineSnapshot(
      `"SV_HEAD_INVALID: Head head.onnx has no \`streetvision.head\` in its metadata (found \`author\`). Give a head that StreetVision trained, or write the metadata that the README of @streetvision/plugin-dinov3 lists."`,
    );
    expect(await messageOf(readBack(head('{')))).toMatchInlineSnapshot(
      `"SV_HEAD_INVALID: Head head.onnx has metadata that is not JSON. Give a head that StreetVision trained, or write the metadata that the README of @streetvision/plugin-dinov3 lists."`,
    );
    expect(await messageOf(readBack(head('[]')))).toMatchInlineSnapshot(
      `"SV_HEAD_INVALID: Head head.onnx has metadata in which there is no object. Give a head that StreetVision trained, or write the metadata that the README of @streetvision/plugin-dinov3 lists."`,
    );
    expect(await messageOf(readBack(Buffer.from('<html>not a model</html>')))).toMatchInlineSnapshot(
      `"SV_HEAD_INVALID: Head head.onnx is not an ONNX file: wire type 4 at byte 1 is not known. Give a head that StreetVision trained, or write the metadata that the README of @streetvision/plugin-dinov3 lists."`,
    );
    expect(await messageOf(readBack(Buffer.alloc(0)))).toMatchInlineSnapshot(
      `"SV_HEAD_INVALID: Head head.onnx has no \`streetvision.head\` in its metadata (found none). Give a head that StreetVision trained, or write the metadata that the README of @streetvision/plugin-dinov3 lists."`,
    );
  });

  it('answers every truncated and mutated file with a code or with valid metadata', async () => {
    const whole = head(METADATA);
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 1103515245 + 12345) % 2 ** 31;
      return seed % below;
    };
    for (let i = 0; i < 400; i++) {
      const bytes = Buffer.from(whole.subarray(0, i % 2 ? whole.length : random(whole.length)));
      for (let k = 0; k < 4 && bytes.length > 0; k++) bytes[random(bytes.length)] = random(256);
      const got = await readBack(bytes).catch((error) => error);
      if (got instanceof Error) expect(got).toMatchObject({ code: 'SV_HEAD_INVALID' });
      else expect(got).toMatchObject({ version: 1, classes: expect.any(Array) });
    }
  });
});
