import { describe, expect, it } from 'vitest';
import { matrix } from '../data/matrix.js';
import { seededRandom } from '../data/random.js';
import type { Sample } from '../data/samples.js';
import { fitLogistic, logits } from '../head/logistic.js';
import { balancedWeights } from '../head/weights.js';

const sample = (positive: boolean, group: string): Sample => ({
  file: 'x.jpg',
  positive,
  group,
  source: 'clips',
  dense: false,
});

describe('fitLogistic', () => {
  const random = seededRandom(7);
  const rows = Array.from({ length: 300 }, () => [random() * 10, random() * 0.1 - 5, 3]);
  const positive = rows.map(([a = 0, b = 0]) => a - 60 * (b + 5) + 4 * (random() - 0.5) > 2);
  const x = matrix(rows);
  const even = new Float64Array(rows.length).fill(1 / rows.length);

  it('ends where the gradient is zero', () => {
    const ridge = 0.01;
    const { weights, bias } = fitLogistic(x, positive, even, ridge);
    const errors = Array.from(logits({ weights, bias }, x), (z, i) => 1 / (1 + Math.exp(-z)) - (positive[i] ? 1 : 0));
    expect(Math.abs(errors.reduce((sum, e) => sum + e, 0) / rows.length)).toBeLessThan(1e-5);
    for (const j of [0, 1]) {
      const column = rows.map((row) => row[j] as number);
      const mean = column.reduce((sum, v) => sum + v, 0) / rows.length;
      const deviation = Math.sqrt(column.reduce((sum, v) => sum + (v - mean) ** 2, 0) / rows.length);
      const pull =
        errors.reduce((sum, e, i) => sum + (e * ((column[i] as number) - mean)) / deviation, 0) / rows.length;
      expect(Math.abs(pull + ridge * (weights[j] as number) * deviation)).toBeLessThan(1e-5);
    }
    expect(weights[2]).toBe(0);
  });

  it('gives the same bits again, and stays finite on classes that a line separates', () => {
    const apart = rows.map(([a = 0]) => a > 5);
    const once = fitLogistic(x, apart, even, 1e-4);
    expect(fitLogistic(x, apart, even, 1e-4)).toEqual(once);
    expect([...once.weights, once.bias].every(Number.isFinite)).toBe(true);
  });
});

describe('balancedWeights', () => {
  it('gives both classes one half, and a clip the square root of its pictures', () => {
    const samples = [...Array(4).fill(sample(true, 'a')), sample(true, 'b'), sample(false, 'b')];
    const weights = balancedWeights(samples);
    expect([...weights]).toEqual([1 / 12, 1 / 12, 1 / 12, 1 / 12, 1 / 6, 0.5].map((w) => expect.closeTo(w, 12)));
  });

  it('needs both classes', () => {
    expect(() => balancedWeights([sample(true, 'a')])).toThrowErrorMatchingInlineSnapshot(
      `[Error: Training needs pictures of both classes, also when a group or two are left out.]`,
    );
  });
});
