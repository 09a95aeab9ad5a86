import { createRandom } from '@streetvision/core';
import { describe, expect, it } from 'vitest';
import { accuracy, auroc, confusion, type Judged } from '../../src/metrics/index.js';
import { bootstrap, clopperPearson, mcnemar, mcnemarExact, pairedBootstrap } from '../../src/statistics/index.js';

const rate = (judged: Judged) => accuracy(confusion(judged));

function draw(seed: number, n: number, perGroup = 1): Judged & { groups: string[] } {
  const random = createRandom(seed);
  const scores: number[] = [];
  const truth: number[] = [];
  const groups: string[] = [];
  for (let i = 0; i < n; i++) {
    if (i % perGroup === 0) {
      truth.push(Number(random.next() < 0.5));
      scores.push(random.next() < 0.8 ? (truth[i] as number) : 1 - (truth[i] as number));
    } else {
      truth.push(truth[i - 1] as number);
      scores.push(scores[i - 1] as number);
    }
    groups.push(`group ${Math.floor(i / perGroup)}`);
  }
  return { scores, truth, groups };
}

describe('bootstrap', () => {
  it('comes near the exact interval of a share', () => {
    const { scores, truth } = draw(1, 400);
    const interval = bootstrap({ scores, truth }, rate, { resamples: 2000, seed: 7 });
    const exact = clopperPearson(Math.round((interval?.estimate ?? 0) * 400), 400);
    expect(Math.abs((interval?.low ?? 0) - exact.low)).toBeLessThan(0.01);
    expect(Math.abs((interval?.high ?? 0) - exact.high)).toBeLessThan(0.01);
  });

  it('is the same for the same seed and another for another', () => {
    const judged = draw(2, 100);
    expect(bootstrap(judged, rate, { seed: 1 })).toEqual(bootstrap(judged, rate, { seed: 1 }));
    expect(bootstrap(judged, auroc, { seed: 1 })).not.toEqual(bootstrap(judged, auroc, { seed: 2 }));
  });

  it('draws whole groups: ten copies of each sample widen the interval √10-fold', () => {
    const grouped = draw(3, 1000, 10);
    const width = (judged: Judged) => {
      const interval = bootstrap(judged, rate, { seed: 5, resamples: 2000 });
      return interval ? interval.high - interval.low : Number.NaN;
    };
    const ratio = width(grouped) / width({ scores: grouped.scores, truth: grouped.truth });
    expect(ratio).toBeGreaterThan(2.7);
    expect(ratio).toBeLessThan(3.7);
  });

  it('is null where the figure is', () => {
    expect(bootstrap({ scores: [0.1, 0.2], truth: [0, 0] }, auroc)).toBeNull();
  });
});

describe('comparison of two', () => {
  const truth = Array.from({ length: 300 }, (_, i) => i % 2);
  const wrongOn = (rows: (i: number) => boolean): Judged => ({
    truth,
    scores: truth.map((y, i) => (rows(i) ? 1 - y : y)),
  });
  const good = wrongOn((i) => i % 15 === 0);
  const bad = wrongOn((i) => i % 5 === 0);

  it('a paired bootstrap sees what both share', () => {
    const found = pairedBootstrap(good, bad, rate, { seed: 1 });
    expect(found?.estimate).toBeCloseTo(40 / 300, 12);
    expect(found?.low).toBeGreaterThan(0.08);
    expect(found?.pValue).toBeLessThan(0.01);
    const same = pairedBootstrap(bad, bad, rate);
    expect(same).toMatchObject({ low: 0, high: 0, pValue: 1 });
  });

  it("McNemar's exact test", () => {
    expect(mcnemar(good, bad)).toMatchObject({ onlyFirst: 40, onlySecond: 0 });
    expect(mcnemar(good, bad).pValue).toBeCloseTo(2 * 0.5 ** 40, 20);
    expect(mcnemarExact(5, 15)).toBeCloseTo(0.04138946533203125, 14);
    expect(mcnemarExact(0, 0)).toBe(1);
    expect(mcnemarExact(4, 4)).toBe(1);
  });

  it('refuses answers to other samples', () => {
    expect(() =>
      mcnemar(good, { scores: good.scores, truth: truth.map((y) => 1 - y) }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[SvError: Sample 0 has two truths. Compare answers to the same samples, in the same order.]`,
    );
  });
});
