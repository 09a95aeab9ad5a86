import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { createRuntime, readFrame, silent, type Tensor } from '@streetvision/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOnnxRuntimeEngine } from '../../core/src/engines/index.js';
import { stackTensors } from '../../core/src/frames/stack.js';
import { createModelStore } from '../../core/src/models/index.js';
import { type Backbone, type BackboneOptions, dinov3, openBackbone } from '../src/index.js';
import { linearHead } from './head-fixture.js';
import { makeFolder } from './model-folder.js';

const SHARED = process.env.SV_SHARED ?? '';
const GOLDENS = join(SHARED, 'goldens');
const PICTURES = ['street_224x224.jpg', 'street_1280x720.jpg', 'street_333x517.jpg', 'street_640x480.png'];

const engine = createOnnxRuntimeEngine({ log: silent });
let folder: Awaited<ReturnType<typeof makeFolder>>;

beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(async () => {
  await engine.close?.();
  await folder.remove();
});

async function open(options: BackboneOptions): Promise<Backbone> {
  const store = createModelStore({ cache: join(folder.path, 'cache'), dir: folder.path, lock: false, log: silent });
  return openBackbone(options, {
    model: (ref) => store.get(ref),
    open: (path, more) => engine.open(path, { workers: 1, threads: 1, ...more }),
  });
}

const model = (name: string) => join(GOLDENS, 'models', name);

interface Reference {
  readonly pictures: Record<
    string,
    {
      readonly last_hidden_state: { readonly row0?: number[]; readonly patch_mean?: number[] };
      readonly pooler_output: { readonly values: number[] };
    }
  >;
}
const reference = async (name: string): Promise<Reference> =>
  JSON.parse(await readFile(join(model(name), 'reference.json'), 'utf8'));

/** The reference processor's tensors in place of ours, so that only model and features are compared. */
function goldenStack(processor: string, picture: string) {
  return async (): Promise<Tensor> => {
    const bytes = gunzipSync(await readFile(join(GOLDENS, 'preprocess', `${processor}__${picture}.f32.gz`)));
    const data = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
    return { type: 'float32', data, dims: [1, 3, 224, 224] };
  };
}

const worst = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  expect(a.length).toBe(b.length);
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), 0);
};
const cosine = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  const dot = (x: ArrayLike<number>, y: ArrayLike<number>) =>
    Array.from(x).reduce((sum, value, i) => sum + value * (y[i] as number), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
};

const signal = new AbortController().signal;
const frameOf = (name: string) => readFrame(join(GOLDENS, 'images', name));

const CASES = [
  ['dinov3-tiny', 'dinov3', 'cls', 'fp32', 1e-4],
  ['dinov3-tiny', 'dinov3', 'mean', 'fp32', 1e-4],
  ['dinov3-tiny', 'dinov3', 'cls', 'fp16', 1e-2],
  ['dinov3-tiny', 'dinov3', 'mean', 'fp16', 1e-2],
  ['dinov3-tiny', 'dinov3', 'cls', 'q8', 0.3],
  ['dinov3-convnext-tiny', 'dinov3', 'cls', 'fp32', 1e-4],
  ['dinov3-convnext-tiny', 'dinov3', 'mean', 'fp32', 1e-4],
  ['dinov2-reg-tiny', 'dinov2', 'cls', 'fp32', 1e-4],
  ['dinov2-reg-tiny', 'dinov2', 'mean', 'fp32', 1e-4],
  ['dinov2-reg-tiny', 'dinov2', 'pooler', 'fp32', 1e-4],
  ['siglip2-vision-tiny', 'siglip2', 'pooler', 'fp32', 1e-4],
  ['convnextv2-tiny', 'dinov2', 'pooler', 'fp32', 1e-4],
] as const;

describe.skipIf(!SHARED)('features against torch, from the reference pixel values', () => {
  it.each(CASES)('%s (%s) %s in %s within %f', async (name, processor, feature, dtype, tolerance) => {
    const { pictures } = await reference(name);
    const backbone = await open({ backbone: model(name), feature, dtype });
    for (const picture of PICTURES) {
      const stack = goldenStack(processor, picture);
      const [embedding] = await backbone.embed([await frameOf(picture)], { stack, signal });
      const { last_hidden_state, pooler_output } = pictures[picture] as Reference['pictures'][string];
      const expected = {
        cls: last_hidden_state.row0,
        mean: last_hidden_state.patch_mean,
        pooler: pooler_output.values,
      };
      expect(worst(embedding ?? [], expected[feature] ?? [])).toBeLessThanOrEqual(tolerance);
    }
    await backbone.close();
  });

  it('offers only what SigLIP2 and ConvNeXt-V2 have', async () => {
    await expect(open({ backbone: model('siglip2-vision-tiny'), feature: 'cls' })).rejects.toThrow(
      'Backbone siglip2-vision-tiny has no feature `cls`. It offers `pooler`, `mean`.',
    );
    await expect(open({ backbone: model('convnextv2-tiny'), feature: 'cls+mean' })).rejects.toThrow('`pooler`, `mean`');
  });
});

// Our own decoder and resampler in front. `exact` follows the reference processor; without it JPEGs shrink while they
// are decoded, which is faster. The limits leave room for another processor's last digits.
describe.skipIf(!SHARED)('features against torch, from the picture file', () => {
  it.each([
    ['dinov3-tiny', 'cls', true, 1e-4, 1e-9],
    ['dinov3-convnext-tiny', 'cls', true, 1e-4, 1e-9],
    ['dinov2-reg-tiny', 'cls', true, 5e-3, 1e-6],
    ['siglip2-vision-tiny', 'pooler', true, 5e-3, 1e-6],
    ['convnextv2-tiny', 'pooler', true, 5e-4, 1e-8],
    ['dinov3-tiny', 'cls', false, 6e-2, 1e-4],
    ['dinov3-convnext-tiny', 'cls', false, 1e-2, 1e-6],
    ['dinov2-reg-tiny', 'cls', false, 3e-2, 2e-5],
    ['siglip2-vision-tiny', 'pooler', false, 7e-2, 1e-4],
    ['convnextv2-tiny', 'pooler', false, 2e-3, 1e-7],
  ] as const)('%s %s, exact %s, within %f and 1 - cos %f', async (name, feature, exact, tolerance, angle) => {
    const { pictures } = await reference(name);
    const backbone = await open({ backbone: model(name), feature, preprocessing: { exact } });
    const frames = await Promise.all(PICTURES.map(frameOf));
    const embeddings = await backbone.embed(frames, { stack: stackTensors, signal });
    PICTURES.forEach((picture, i) => {
      const expected = pictures[picture]?.pooler_output.values ?? [];
      const embedding = embeddings[i] as Float32Array;
      expect(worst(embedding, expected)).toBeLessThanOrEqual(tolerance);
      expect(1 - cosine(embedding, expected)).toBeLessThanOrEqual(angle);
    });
    await backbone.close();
  });
});

describe.skipIf(!SHARED)('ResNet-50 as a model folder', () => {
  it('works from config.json, and a head of another backbone is refused', async () => {
    const path = join(folder.path, 'resnet50');
    await mkdir(join(path, 'onnx'), { recursive: true });
    await copyFile(join(SHARED, 'models', 'resnet50_imagenet_int8w.onnx'), join(path, 'onnx', 'model.onnx'));
    await writeFile(join(path, 'config.json'), JSON.stringify({ streetvision: { outputs: { pooler: 'features' } } }));
    await copyFile(join(model('dinov2-reg-tiny'), 'preprocessor_config.json'), join(path, 'preprocessor_config.json'));
    const backbone = await open({ backbone: './resnet50' });
    const frames = await Promise.all(['street_224x224.jpg', 'street_1280x720.jpg'].map(frameOf));
    const embeddings = await backbone.embed(frames, { stack: stackTensors, signal });
    expect(embeddings.map((embedding) => embedding.length)).toEqual([2048, 2048]);
    expect([backbone.id, backbone.feature, backbone.dimension]).toEqual(['resnet50', 'pooler', 2048]);
    // ReLU and average: nothing negative, something there.
    expect(Math.min(...(embeddings[0] as Float32Array))).toBeGreaterThanOrEqual(0);
    expect(Math.max(...(embeddings[0] as Float32Array))).toBeGreaterThan(0.1);
    await backbone.close();

    const { preprocessing, sha256, id } = backbone;
    const metadata = {
      version: 1,
      backbone: { id, sha256 },
      feature: 'pooler',
      l2: true,
      dimension: 2048,
      preprocessing,
      classes: ['no_roadwork', 'roadwork'],
      positive: 'roadwork',
      calibration: null,
    };
    await writeFile(
      join(folder.path, 'resnet.onnx'),
      linearHead(
        Array.from({ length: 2048 }, () => 0),
        0,
        metadata,
      ),
    );
    const config = (folderOfModel: string) => ({
      plugins: [dinov3({ name: 'resnet', backbone: folderOfModel, head: './resnet.onnx' })],
      cascade: [{ run: 'resnet' as const }],
    });
    const options = { cwd: folder.path, log: silent };
    await using sv = await createRuntime(config('./resnet50'), options);
    expect((await sv.run(join(GOLDENS, 'images', 'street_224x224.jpg'))).score).toBeCloseTo(0.5, 6);
    await expect(createRuntime(config(model('dinov2-reg-tiny')), options)).rejects.toMatchObject({
      code: 'SV_HEAD_MISMATCH',
      message: expect.stringMatching(/dimension is 48, the head was trained on 2048/),
    });
  });

  it('takes the identity of a folder from its weights, not from its path', async () => {
    const backbone = await open({ backbone: model('dinov3-tiny') });
    const bytes = await readFile(join(model('dinov3-tiny'), 'onnx', 'model.onnx'));
    expect(backbone.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    await backbone.close();
  });
});
