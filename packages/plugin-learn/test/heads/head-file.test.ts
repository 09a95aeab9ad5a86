import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOnnxRuntimeEngine, readOnnxFile, type Tensor } from '@streetvision/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HeadOptions, trainHead } from '../../src/heads/index.js';
import { clouds, featureSet } from './samples.js';

const engine = createOnnxRuntimeEngine();
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sv-head-'));
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true });
});

const float = (data: Float32Array, dims: number[]): Tensor => ({ type: 'float32', data, dims });

async function openHead(set: ReturnType<typeof clouds>, options: HeadOptions) {
  const head = await trainHead(set, undefined, options, { open: engine.open });
  const path = join(folder, `${options.kind}-${head.classes}.onnx`);
  await writeFile(path, head.encode({ 'streetvision.head': '{"version":1}' }));
  return { head, path, session: await engine.open(path, { workers: 1, threads: 1 }) };
}

describe('the file of a head', () => {
  const set = clouds(60, 5, 3);
  const embedding = () => float(set.features.slice(), [60, 5]);

  it.each(['logistic', 'svm', 'linear'] as const)('of a %s head answers as the head does', async (kind) => {
    const { head, session, path } = await openHead(set, { kind, epochs: 3 });
    const { probability } = await session.run({ embedding: embedding() });
    expect(probability?.dims).toEqual([60]);
    const p = await head.predict(set.features);
    for (const [i, value] of p.entries()) expect(probability?.data[i]).toBeCloseTo(value, 6);
    expect((await readOnnxFile(path)).metadata.get('streetvision.head')).toBe('{"version":1}');
  });

  it('of three classes answers one probability per class', async () => {
    const labels = Array.from({ length: 60 }, (_, i) => i % 3);
    const three = featureSet(
      labels.map((label, i) => [label, (set.features[i] as number) / 3]),
      labels,
    );
    const { head, session } = await openHead(three, { kind: 'logistic' });
    const { probability } = await session.run({ embedding: float(three.features.slice(), [60, 2]) });
    expect(probability?.dims).toEqual([60, 3]);
    const p = await head.predict(three.features);
    for (const [i, value] of p.entries()) expect(probability?.data[i]).toBeCloseTo(value, 6);
  });

  it('takes masks for MC dropout in one batch, and needs none', async () => {
    const { head, session } = await openHead(set, { kind: 'mlp', hidden: [8, 4], epochs: 2, seeds: 2 });
    expect(head.masks).toEqual([
      { input: 'mask_0', width: 8 },
      { input: 'mask_1', width: 4 },
    ]);
    const plain = (await session.run({ embedding: embedding() })).probability;
    const p = await head.predict(set.features);
    for (const [i, value] of p.entries()) expect(plain?.data[i]).toBeCloseTo(value, 6);
    const one = set.features.slice(0, 5);
    const repeated = Float32Array.from({ length: 3 * 5 }, (_, i) => one[i % 5] as number);
    const ones = (rows: number, width: number) => new Float32Array(rows * width).fill(1);
    const mask = ones(3, 8);
    mask.fill(0, 8, 16);
    const masked = await session.run({
      embedding: float(repeated, [3, 5]),
      mask_0: float(mask, [3, 8]),
      mask_1: float(ones(3, 4), [3, 4]),
    });
    const [kept, dropped, again] = Array.from((masked.probability as Tensor).data as Float32Array);
    expect(kept).toBeCloseTo(p[0] as number, 6);
    expect(again).toBe(kept);
    expect(Math.abs((dropped as number) - (kept as number))).toBeGreaterThan(1e-3);
  });

  it('has no masks where nothing was dropped', async () => {
    const { head, session } = await openHead(set, { kind: 'mlp', hidden: [8], epochs: 1, dropout: 0 });
    expect(head.masks).toEqual([]);
    expect(session.inputs.map(({ name }) => name)).toEqual(['embedding']);
  });
});
