import { describe, expect, it } from 'vitest';
import { matrix } from '../data/matrix.js';
import { seededRandom } from '../data/random.js';
import type { Sample } from '../data/samples.js';
import { bootstrap } from '../evaluate/bootstrap.js';
import { allColumns, choose, leaveOneGroupOut } from '../evaluate/held-out.js';
import { auroc, balancedAccuracy, confusion, mcc } from '../evaluate/metrics.js';

describe('metrics', () => {
  it('rank with ties at half', () => {
    expect(auroc([0.1, 0.4, 0.35, 0.8, 0.8, 0.4], [false, false, true, true, false, true])).toBeCloseTo(0.5555556, 7);
    expect(auroc([1, 2], [true, true])).toBeNaN();
  });

  it('agree with worked examples', () => {
    expect(mcc({ tp: 45, tn: 40, fp: 5, fn: 10 })).toBeCloseTo(0.7035265, 7);
    expect(mcc({ tp: 90, tn: 5, fp: 5, fn: 0 })).toBeCloseTo(0.6882472, 7);
    expect(mcc({ tp: 10, tn: 0, fp: 0, fn: 0 })).toBe(0);
    const counts = confusion([0.9, 0.5, 0.4, 0.6], [true, true, true, false], 0.5);
    expect(counts).toEqual({ tp: 2, tn: 0, fp: 1, fn: 1 });
    expect(balancedAccuracy(counts)).toBeCloseTo(1 / 3, 12);
  });
});

describe('bootstrap', () => {
  const groups = Array.from({ length: 60 }, (_, i) => `clip ${i % 6}`);
  const values = groups.map((_, i) => (i % 6) / 5);
  const mean = (rows: readonly number[]) => rows.reduce((sum, i) => sum + (values[i] as number), 0) / rows.length;

  it('is the same for the same seed, and as wide as six clips are, not sixty pictures', () => {
    const estimate = bootstrap(groups, mean);
    expect(bootstrap(groups, mean)).toEqual(estimate);
    expect(bootstrap(groups, mean, { seed: 2 })).not.toEqual(estimate);
    expect(estimate.value).toBeCloseTo(0.5, 12);
    // Standard error of a mean of six: 0.342 / sqrt(6) = 0.14; of sixty it would be 0.044.
    expect(estimate.high - estimate.low).toBeGreaterThan(0.4);
    expect(estimate.high - estimate.low).toBeLessThan(0.7);
  });
});

describe('leaveOneGroupOut', () => {
  const random = seededRandom(3);
  const samples: Sample[] = Array.from({ length: 80 }, (_, i) => ({
    file: `${i}.jpg`,
    positive: random() < 0.5,
    group: `clip ${i % 8}`,
    source: 'clips',
    dense: false,
  }));
  const rows = samples.map((_, i) => i);

  it('scores a clip without a look at its labels', () => {
    const x = matrix(samples.map(() => [random(), random()]));
    const flipped = samples.map((s) => (s.group === 'clip 5' ? { ...s, positive: !s.positive } : s));
    const run = (all: readonly Sample[]) =>
      leaveOneGroupOut(x, all, rows, (training) => choose(x, all, training, allColumns));
    const [before, after] = [run(samples), run(flipped)];
    rows.forEach((i) => {
      if (samples[i]?.group === 'clip 5') expect(after[i]).toBe(before[i]);
    });
    expect(rows.some((i) => samples[i]?.group !== 'clip 5' && after[i] !== before[i])).toBe(true);
  });

  it('finds nothing in numbers that only name the clip', () => {
    const x = matrix(samples.map((s) => Array.from({ length: 8 }, (_, j) => (s.group === `clip ${j}` ? 1 : 0))));
    const scores = leaveOneGroupOut(x, samples, rows, () => ({ name: '', ridge: 0.01 }));
    expect(
      auroc(
        scores,
        samples.map((s) => s.positive),
      ),
    ).toBeLessThan(0.6);
  });

  it('chooses the columns that tell, not those that do not', () => {
    const x = matrix(samples.map((s) => [random(), (s.positive ? 1 : 0) + 0.5 * random()]));
    const candidates = [0, 1].map((column) => ({ name: `column ${column}`, columns: [column], ridge: 0.1 }));
    expect(choose(x, samples, rows, candidates).name).toBe('column 1');
  });
});
