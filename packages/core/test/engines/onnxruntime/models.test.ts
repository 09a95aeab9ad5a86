import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, describe, expect, it } from 'vitest';
import { createOnnxRuntimeEngine } from '../../../src/engines/index.js';

const shared = process.env.SV_SHARED ?? '';
const engine = createOnnxRuntimeEngine();
afterAll(() => engine.close());

const pixels = () => new Float32Array(new Uint8Array(gunzipSync(readFileSync(file))).buffer);
const file = join(shared, 'goldens/preprocess/dinov3__street_224x224.jpg.f32.gz');
const folder = join(shared, 'goldens/models/dinov3-tiny');
const dims = [1, 3, 224, 224];

describe.skipIf(!process.env.SV_SHARED)('real models', () => {
  // Tolerances as measured between onnxruntime and PyTorch, with room for other processors.
  it.each([
    ['model', 1e-4],
    ['model_fp16', 1e-2],
    ['model_quantized', 0.3],
  ])('%s of a DINOv3 answers as PyTorch does, within %d', async (name, tolerance) => {
    const reference = JSON.parse(readFileSync(join(folder, 'reference.json'), 'utf8'));
    const expected: number[] = reference.pictures['street_224x224.jpg'].pooler_output.values;
    const session = await engine.open(join(folder, 'onnx', `${name}.onnx`), { workers: 1 });
    const feeds = { pixel_values: { type: 'float32', data: pixels(), dims } } as const;
    const { pooler_output } = await session.run(feeds, { outputs: ['pooler_output'] });
    expect(pooler_output?.dims).toEqual([1, 64]);
    const off = expected.map((value, i) => Math.abs(value - Number(pooler_output?.data[i])));
    expect(Math.max(...off)).toBeLessThan(tolerance);
    await session.close();
  });

  it('ResNet-50 answers bit for bit as onnxruntime on this thread does', async () => {
    const path = join(shared, 'models/resnet50_imagenet_int8w.onnx');
    const session = await engine.open(path, { workers: 1, threads: 1 });
    expect(session.inputs).toEqual([{ name: 'pixel_values', type: 'float32', dims: ['batch', 3, 'height', 'width'] }]);
    const { logits, features } = await session.run({ pixel_values: { type: 'float32', data: pixels(), dims } });
    const bare = await InferenceSession.create(path, { intraOpNumThreads: 1 });
    const expected = await bare.run({ pixel_values: new Tensor('float32', pixels(), dims) });
    expect(logits?.data).toEqual(expected.logits?.data);
    expect(features?.data).toEqual(expected.features?.data);
    await bare.release();
    await session.close();
  });
});
