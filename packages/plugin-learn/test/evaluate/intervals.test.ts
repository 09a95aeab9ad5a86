import { createRandom } from '@streetvision/core';
import { describe, expect, it } from 'vitest';
import {
  differencesOf,
  intervalsOf,
  type Resampled,
  STATISTICS,
  usualResamples,
} from '../../src/evaluate/intervals.js';
import type { Judged } from '../../src/metrics/types.js';
import { bootstrap, pairedBootstrap } from '../../src/statistics/index.js';

/** Scores with ties, on edges of bins and on the threshold too. */
function judgedOf(n: number, seed: number, grouped: boolean): Judged {
  const random = createRandom(seed);
  const truth = Uint8Array.from({ length: n }, () => random.below(2));
  const scores = Float64Array.from(truth, (y) =>
    Math.min(1, Math.max(0, Math.round((y * 0.4 + random.next()) * 20) / 28)),
  );
  return { scores, truth, ...(grouped ? { groups: Array.from({ length: n }, () => `g${random.below(n / 3)}`) } : {}) };
}

describe.each([
  ['by groups', true],
  ['without groups', false],
])('one pass per resample, %s', (_, grouped) => {
  const options = { resamples: 60, seed: 4, confidence: 0.9 };
  const cut = { threshold: 0.5 };

  it('gives the intervals that each figure over each resample gives', () => {
    const judged = judgedOf(90, 1, grouped);
    const found = intervalsOf(judged, cut, options);
    for (const [name, statistic] of Object.entries(STATISTICS)) {
      const expected = bootstrap(judged, statistic(cut), options);
      expect(found[name as Resampled]?.low, name).toBeCloseTo(expected?.low as number, 12);
      expect(found[name as Resampled]?.high, name).toBeCloseTo(expected?.high as number, 12);
    }
  });

  it('gives the differences of two answers to the same pictures', () => {
    const first = judgedOf(90, 1, grouped);
    const second = { ...judgedOf(90, 2, false), truth: first.truth };
    const found = differencesOf({ judged: first, cut }, { judged: second, cut }, options);
    for (const [name, statistic] of Object.entries(STATISTICS)) {
      const expected = pairedBootstrap(first, second, statistic(cut), options);
      expect(found[name as Resampled]?.pValue, name).toBeCloseTo(expected?.pValue as number, 12);
      expect(found[name as Resampled]?.low, name).toBeCloseTo(expected?.low as number, 12);
      expect(found[name as Resampled]?.high, name).toBeCloseTo(expected?.high as number, 12);
    }
  });

  it('has no interval for what is not defined', () => {
    const one = judgedOf(30, 3, grouped);
    const positives = { ...one, truth: new Uint8Array(30).fill(1) };
    expect(intervalsOf(positives, cut, options)).toMatchObject({ auroc: null, specificity: null, prAuc: { low: 1 } });
  });
});

describe('usualResamples', () => {
  it('falls smoothly with the number of answers', () => {
    expect([1, 10_000, 200_000, 201_000, 400_000, 1e9].map(usualResamples)).toEqual([1000, 1000, 1000, 995, 500, 100]);
  });
});
