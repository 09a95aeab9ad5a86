import { applyMap, calibrationLogit, createRandom } from '@streetvision/core';
import { describe, expect, it } from 'vitest';
import { chooseMap, fitMap } from '../../src/calibration/fit/choose.js';
import { fitIsotonic } from '../../src/calibration/fit/isotonic.js';
import { fitPlatt } from '../../src/calibration/fit/platt.js';
import { fitTemperature } from '../../src/calibration/fit/temperature.js';
import { readGolden, SHARED } from '../goldens.js';

const logits = [-3, -2.2, -1.5, -0.7, -0.2, 0.1, 0.6, 1.3, 2.4, 3.5];
const truth = [0, 0, 0, 1, 0, 1, 0, 1, 1, 1];
const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));
const scores = logits.map(sigmoid);

describe('published vectors', () => {
  it('temperature', () => {
    const fitted = fitTemperature(logits, truth);
    expect(Math.abs((fitted?.temperature ?? 0) - 0.7981001026108411)).toBeLessThan(1e-6);
    expect(fitted?.logLoss).toBeCloseTo(0.4037576782601494, 9);
  });
  it('Platt', () => {
    const { a, b } = fitPlatt(logits, truth);
    expect(Math.abs(a - 0.6196412812788129)).toBeLessThan(1e-6);
    expect(Math.abs(b - 0.002368952489195308)).toBeLessThan(1e-6);
  });
  it('isotonic', () => {
    const map = { method: 'isotonic', ...fitIsotonic(scores, truth, { clamp: false }) } as const;
    expect(scores.map((score) => applyMap(map, score))).toEqual([0, 0, 0, 0.5, 0.5, 0.5, 0.5, 1, 1, 1]);
    const clamped = fitIsotonic(scores, truth);
    expect([clamped.y[0], clamped.y.at(-1)]).toEqual([1 / 12, 11 / 12]);
  });
});

describe.skipIf(!SHARED)('agrees with scikit-learn and scipy', () => {
  for (const golden of readGolden('metrics/metrics.json').datasets?.filter(
    (one: { isotonic?: unknown }) => one.isotonic,
  ) ?? []) {
    it(golden.name, () => {
      const z = (golden.p as number[]).map(calibrationLogit);
      const near = (actual: number | undefined, expected: number, tolerance = 1e-6) =>
        expect(Math.abs((actual ?? Number.NaN) - expected)).toBeLessThan(tolerance);
      const temperature = fitTemperature(z, golden.y);
      near(temperature?.temperature, golden.temperature.T);
      near(temperature?.logLoss, golden.temperature.nll, 1e-9);
      const platt = fitPlatt(z, golden.y);
      for (const reference of [golden.platt_exact, golden.platt_sklearn]) {
        near(platt.a, reference.a);
        near(platt.b, reference.b);
      }
      const hard = fitPlatt(z, golden.y, { targets: 'hard' });
      near(hard.a, golden.logistic_unregularised.a, 1e-5);
      near(hard.b, golden.logistic_unregularised.b, 1e-5);
      const isotonic = fitIsotonic(golden.p, golden.y, { clamp: false });
      const map = { method: 'isotonic', ...isotonic } as const;
      for (const [i, at] of golden.isotonic.grid.entries()) near(applyMap(map, at), golden.isotonic.grid_pred[i], 1e-9);
      for (const [i, at] of golden.isotonic.x_thresholds.entries()) {
        near(applyMap(map, at), golden.isotonic.y_thresholds[i], 1e-9);
      }
    });
  }
});

/** Scores whose true probability is σ(logit s / T + bias). */
function drawn(n: number, temperature: number, bias: number, seed = 1) {
  const random = createRandom(seed);
  const z = Array.from({ length: n }, () => 3 * random.normal());
  return {
    scores: z.map(sigmoid),
    truth: z.map((value) => Number(random.next() < sigmoid(value / temperature + bias))),
  };
}

describe('the automatic choice', () => {
  it('takes the temperature where nothing else is wrong, and Platt where there is a bias', () => {
    expect(chooseMap(drawn(800, 2, 0, 3), 'auto')).toMatchObject({
      method: 'temperature',
      temperature: expect.closeTo(2, 0),
    });
    expect(chooseMap(drawn(800, 2, 1.5), 'auto')).toMatchObject({ method: 'platt', a: expect.closeTo(0.5, 0) });
  });
  it('takes isotonic only from 1,000 frames on, and only where it helps', () => {
    const random = createRandom(1);
    const odd = (n: number) => {
      const scores = Array.from({ length: n }, () => random.next());
      // A step that no sigmoid follows.
      return { scores, truth: scores.map((s) => Number(random.next() < (s < 0.3 ? 0.02 : s < 0.9 ? 0.5 : 0.98))) };
    };
    expect(chooseMap(odd(999), 'auto')?.method).not.toBe('isotonic');
    expect(chooseMap(odd(4000), 'auto')?.method).toBe('isotonic');
  });
});

it('stays finite where the classes can be told apart, and refuses scores that fall with the truth', () => {
  const apart = { scores: [0.1, 0.2, 0.8, 0.9], truth: [0, 0, 1, 1] };
  expect(fitMap(apart, 'platt')).toMatchObject({ a: expect.any(Number) });
  expect(fitMap(apart, 'temperature')).toMatchObject({ temperature: expect.closeTo(0.01, 6) });
  const falling = { scores: [0.9, 0.8, 0.2, 0.1], truth: [0, 0, 1, 1] };
  expect([fitMap(falling, 'platt'), fitMap(falling, 'temperature')]).toEqual([null, null]);
  expect(() => fitMap({ scores: [0.1, 0.2], truth: [0, 0] }, 'platt')).toThrowErrorMatchingInlineSnapshot(
    `[SvError: All 2 frames are negative, so nothing can be fitted. Add frames of the other class.]`,
  );
});
