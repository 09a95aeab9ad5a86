import { createOnnxRuntimeEngine } from '@streetvision/core';
import { afterAll, describe, expect, it } from 'vitest';
import { type HeadOptions, readHeadWeights, trainHead } from '../../src/heads/index.js';
import { accuracy, confusion } from '../../src/metrics/index.js';
import { clouds, featureSet } from './samples.js';

const engine = createOnnxRuntimeEngine();
const open = engine.open;
afterAll(() => engine.close());

const small = { hidden: [16], epochs: 15, batchSize: 32, learningRate: 1e-2 } as const;
const rightOf = (scores: ArrayLike<number>, truth: ArrayLike<number>) => accuracy(confusion({ scores, truth })) ?? 0;

describe('trainHead', () => {
  const train = clouds(240, 6, 5);
  const validation = clouds(120, 6, 5, 2);

  it.each([
    ['logistic', { kind: 'logistic' }],
    ['svm', { kind: 'svm' }],
    ['linear', { ...small, kind: 'linear', hidden: [] }],
    ['mlp', { ...small, kind: 'mlp' }],
    ['mlp, two layers', { ...small, kind: 'mlp', hidden: [16, 8], seeds: 2 }],
    ['focal', { ...small, kind: 'mlp', loss: 'focal', labelSmoothing: 0.1 }],
    ['mixup and clipping', { ...small, kind: 'mlp', mixup: 0.4, clip: 1 }],
    ['hard negatives', { ...small, kind: 'mlp', hardNegatives: 0.4 }],
    ['contrastive', { ...small, kind: 'mlp', contrastive: 0.5 }],
  ] satisfies [string, HeadOptions][])('%s learns what a line tells apart', async (_, options) => {
    const head = await trainHead(train, validation, options, { open });
    expect(rightOf(await head.predict(validation.features), validation.labels)).toBeGreaterThan(0.95);
    expect(head.curve.every(({ loss }) => Number.isFinite(loss))).toBe(true);
    expect(head.curve.at(-1)?.validation?.metric).toBeGreaterThan(0.9);
  });

  it('learns what no line tells apart, with hidden units', async () => {
    const corners = clouds(400, 2, 0);
    const labels = corners.labels.map((_, i) => {
      const [a = 0, b = 0] = corners.features.subarray(2 * i);
      return Number(a * b > 0);
    });
    const set = { ...corners, labels };
    const mlp = await trainHead(set, undefined, { ...small, kind: 'mlp', dropout: 0, epochs: 60 }, { open });
    const line = await trainHead(set);
    expect(rightOf(await mlp.predict(set.features), labels)).toBeGreaterThan(0.95);
    expect(rightOf(await line.predict(set.features), labels)).toBeLessThan(0.7);
  });

  it.each(['linear', 'mlp'] as const)('%s separates three classes', async (kind) => {
    const labels = Array.from({ length: 150 }, (_, i) => i % 3);
    const noise = clouds(150, 3, 0).features;
    const rows = labels.map((label, i) =>
      [0, 1, 2].map((c) => (noise[3 * i + c] as number) / 2 + (c === label ? 3 : 0)),
    );
    const set = featureSet(rows, labels);
    const options = { ...small, kind, hidden: kind === 'mlp' ? [8] : [], metric: 'balancedAccuracy' } as const;
    const head = await trainHead(set, set, options, { open });
    const p = await head.predict(set.features);
    const answers = labels.map((_, i) => [...p.subarray(3 * i, 3 * i + 3)]);
    expect(answers.filter((row, i) => row.indexOf(Math.max(...row)) === labels[i]).length).toBeGreaterThan(145);
    expect(head.curve.at(-1)?.validation?.metric).toBeGreaterThan(0.95);
  });

  it('gives the same bytes for the same seed, and others for another', async () => {
    const options = { ...small, kind: 'mlp', epochs: 3, mixup: 0.2, hardNegatives: 0.3, seeds: 2 } as const;
    const [once, again, other] = await Promise.all(
      [5, 5, 6].map(async (seed) => (await trainHead(train, validation, { ...options, seed }, { open })).encode({})),
    );
    expect(once).toEqual(again);
    expect(once).not.toEqual(other);
  });

  it('keeps the best epoch and stops after `patience` worse ones', async () => {
    const noise = { ...clouds(60, 20, 0.5), groups: [] as string[] };
    const set = { ...noise, groups: Array.from(noise.labels, (_, i) => `${i}`) };
    const judge = clouds(200, 20, 0.5, 9);
    const options = { ...small, kind: 'mlp', dropout: 0, metric: 'logLoss', epochs: 200, patience: 4 } as const;
    const head = await trainHead(set, judge, options, { open });
    const losses = head.curve.map(({ validation }) => validation?.loss as number);
    const best = losses.indexOf(Math.min(...losses));
    expect(head.curve.length).toBe(best + 1 + 4);
    const p = await head.predict(judge.features);
    const kept = judge.labels.reduce((sum, y, i) => sum - Math.log(y ? (p[i] as number) : 1 - (p[i] as number)), 0);
    expect(kept / judge.labels.length).toBeCloseTo(losses[best] as number, 5);
  });

  it('averages the members: each is the head that its seed alone gives', async () => {
    const options = { ...small, kind: 'mlp', epochs: 2 } as const;
    const both = await trainHead(train, undefined, { ...options, seeds: 2 }, { open });
    const alone = await Promise.all([0, 1].map((seed) => trainHead(train, undefined, { ...options, seed }, { open })));
    const [a, b] = await Promise.all(alone.map((head) => head.predict(validation.features)));
    const p = await both.predict(validation.features);
    for (const [i, value] of p.entries()) expect(value).toBeCloseTo(((a?.[i] ?? 0) + (b?.[i] ?? 0)) / 2, 6);
  });

  it('goes on from weights that were read back from the file', async () => {
    const options = { ...small, kind: 'mlp', epochs: 10, dropout: 0 } as const;
    const first = await trainHead(train, undefined, options, { open });
    const from = readHeadWeights(first.encode({ note: 'kept' }));
    expect(from).toEqual(first.weights);
    const more = clouds(100, 6, 5, 3);
    const cold = await trainHead(more, undefined, { ...options, epochs: 1 }, { open });
    const warm = await trainHead(more, undefined, { ...options, epochs: 1, learningRate: 1e-4 }, { open, from });
    expect(warm.curve[0]?.loss).toBeLessThan((cold.curve[0]?.loss as number) / 2);
    await expect(
      trainHead(more, undefined, { kind: 'mlp' }, { open, from }),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: Training cannot go on from this head: its layers are 6-16-1, expected 6-256-1. Give the same kind, hidden sizes, backbone and classes, or train from random weights.]`,
    );
  });

  it('stops when it is aborted', async () => {
    const stop = new AbortController();
    const training = trainHead(
      train,
      undefined,
      { ...small, kind: 'mlp', epochs: 10_000 },
      {
        open,
        signal: stop.signal,
        onEpoch: ({ epoch }) => epoch === 2 && stop.abort(new Error('enough')),
      },
    );
    await expect(training).rejects.toThrow('enough');
  });

  it('works with an engine of its own', async () => {
    const head = await trainHead(train, undefined, { ...small, kind: 'mlp', epochs: 6 });
    expect(rightOf(await head.predict(train.features), train.labels)).toBeGreaterThan(0.9);
  });
});
