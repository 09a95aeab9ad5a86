import { createRandom } from '@streetvision/core';
import { describe, expect, it } from 'vitest';
import { type HeadOptions, resolveOptions } from '../../src/heads/index.js';
import { createBatches } from '../../src/heads/network/batches.js';
import { drawBeta } from '../../src/heads/network/beta.js';
import { hardNegatives } from '../../src/heads/network/hard-negatives.js';
import { pairsOf } from '../../src/heads/network/loss.js';
import { learningRateAt } from '../../src/heads/network/schedule.js';
import { targetsOf } from '../../src/heads/targets.js';
import { clouds } from './samples.js';

const set = clouds(40, 4, 1);
const normalised = set.features.map((value, i) => {
  const row = set.features.subarray(i - (i % 4), i - (i % 4) + 4);
  return value / Math.hypot(...row);
});

function batchesOf(options: HeadOptions, features = set.features) {
  const resolved = resolveOptions({ kind: 'mlp', hidden: [50], batchSize: 10, ...options }, 2);
  const targets = targetsOf(set, 2, resolved);
  const source = { features, dimension: 4, labels: set.labels, classes: 2, targets, standardisation: null };
  return createBatches({ ...source, options: resolved, seed: 3 });
}

describe('batches', () => {
  it('show every sample once an epoch, in another order each time', () => {
    const batches = batchesOf({});
    const seen = () => {
      batches.startEpoch();
      return Array.from({ length: batches.perEpoch }, (_, i) => [...batches.make(i).x]).flat();
    };
    const [first, second] = [seen(), seen()];
    expect([...first].sort()).toEqual([...set.features].sort());
    expect(first).not.toEqual(second);
  });

  it('drop the given share of hidden units and scale up the rest', () => {
    const batches = batchesOf({ dropout: 0.3, batchSize: 40 });
    batches.startEpoch();
    const [mask] = batches.make(0).masks;
    expect(new Set(mask)).toEqual(new Set([0, Math.fround(1 / 0.7)]));
    const kept = Array.from(mask ?? []).filter((value) => value > 0).length / 2000;
    expect(kept).toBeGreaterThan(0.66);
    expect(kept).toBeLessThan(0.74);
  });

  it('mix samples and their targets in the same share', () => {
    const batches = batchesOf({ mixup: 0.5 });
    batches.startEpoch();
    const { targets, x } = batches.make(0);
    for (let r = 0; r < 10; r++) expect((targets[2 * r] ?? 0) + (targets[2 * r + 1] ?? 0)).toBeCloseTo(1, 6);
    expect([...x].every((value) => set.features.includes(value))).toBe(false);
  });

  it('add hard negatives once all negatives were judged, at most their share, balanced and of length 1', () => {
    const batches = batchesOf({ hardNegatives: 0.5, classWeights: 'balanced' }, normalised);
    const real = Math.round(10 * 0.5);
    expect(batches.perEpoch).toBe(40 / real);
    batches.startEpoch();
    expect(batches.make(0).rows).toBe(real);
    for (let i = 0; i < batches.perEpoch; i++)
      batches.judged(
        i,
        Float32Array.from({ length: real }, () => 0.4),
      );
    batches.startEpoch();
    for (let i = 0; i < batches.perEpoch; i++) {
      const { rows, x, targets } = batches.make(i);
      expect(rows).toBe(10);
      for (let r = 0; r < rows; r++) expect(Math.hypot(...x.subarray(r * 4, r * 4 + 4))).toBeCloseTo(1, 6);
      for (let r = real; r < rows; r++) expect(targets[2 * r + 1]).toBe(0);
      const plain = batchesOf({}).perEpoch;
      expect(plain).toBe(4);
      const negative = targets.reduce((sum, value, j) => sum + (j % 2 === 0 ? value : 0), 0);
      const negativesInBatch = [...targets.subarray(0, 2 * real)].filter((value, j) => j % 2 === 0 && value > 0).length;
      expect(negative).toBeCloseTo(negativesInBatch, 5);
    }
  });
});

describe('hardNegatives', () => {
  it('mixes the negatives that look most positive, and positives by less than half', () => {
    const labels = Uint8Array.from({ length: 3000 }, (_, i) => Number(i >= 2000));
    const hard = hardNegatives(labels, createRandom(1));
    expect(hard.draw(4)).toEqual([]);
    for (let i = 0; i < 2000; i++) hard.judged(i, i / 2000);
    hard.refresh();
    const mixtures = hard.draw(400);
    for (const [i, { first, second, share }] of mixtures.entries()) {
      expect(second).toBeGreaterThanOrEqual(2000 - 1024);
      expect(labels[second]).toBe(0);
      expect(labels[first]).toBe(i % 2);
      if (i % 2 === 1) expect(share).toBeLessThan(0.5);
    }
  });
});

describe('the numbers of training', () => {
  it('draw Beta(a, a) with its mean and variance', () => {
    const random = createRandom(4);
    for (const a of [0.2, 1, 4]) {
      const values = Array.from({ length: 20_000 }, () => drawBeta(random, a));
      const mean = values.reduce((x, y) => x + y) / values.length;
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
      expect(mean).toBeCloseTo(0.5, 1);
      expect(variance).toBeCloseTo(1 / (4 * (2 * a + 1)), 2);
    }
  });

  it('rise in a line and fall as a cosine', () => {
    const rates = Array.from({ length: 10 }, (_, t) => learningRateAt(t, 10, 2, 1));
    expect(rates.slice(0, 3)).toEqual([0.5, 1, 1]);
    expect(rates[6]).toBeCloseTo(0.5, 12);
    expect(rates.at(-1)).toBeLessThan(0.05);
  });

  it('pair the samples of a class, each anchor with the same weight', () => {
    const pairs = [...pairsOf([1, 1, 1, 0])];
    expect(pairs.reduce((a, b) => a + b)).toBeCloseTo(1, 6);
    expect(pairs.slice(0, 4)).toEqual([0, 1 / 6, 1 / 6, 0].map(Math.fround));
    expect(pairs.slice(12)).toEqual([0, 0, 0, 0]);
  });

  it('balance classes, weigh samples and spread smoothed labels', () => {
    const labels = Uint8Array.of(0, 0, 0, 1);
    const targets = [...targetsOf({ labels, weights: Float32Array.of(1, 1, 1, 3) }, 2, { labelSmoothing: 0.2 })];
    for (const [i, value] of [0.9, 0.1, 0.9, 0.1, 0.9, 0.1, 0.3, 2.7].entries())
      expect(targets[i]).toBeCloseTo(value, 6);
  });
});
