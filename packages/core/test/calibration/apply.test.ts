import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyMap, type CalibrationMap, calibrationLogit, shiftToHalf } from '../../src/index.js';

const maps: readonly CalibrationMap[] = [
  { method: 'none' },
  { method: 'temperature', temperature: 0.4 },
  { method: 'platt', a: 1.3, b: -0.7 },
  { method: 'isotonic', x: [0.1, 0.2, 0.5, 0.9], y: [0.02, 0.3, 0.3, 0.95] },
];
const share = fc.double({ min: 0, max: 1, noNaN: true });

describe.each(maps)('$method', (map) => {
  it('stays in [0, 1] and never falls where the score rises', () => {
    fc.assert(
      fc.property(share, share, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (a, b, cut) => {
        const [low, high] = [applyMap(map, Math.min(a, b)), applyMap(map, Math.max(a, b))];
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(high);
        expect(shiftToHalf(low, cut)).toBeLessThanOrEqual(shiftToHalf(high, cut));
      }),
    );
  });
});

it('interpolates linearly between the points and is level outside', () => {
  const map = maps[3] as CalibrationMap;
  expect([0, 0.1, 0.15, 0.3, 0.7, 0.95].map((score) => Number(applyMap(map, score).toFixed(12)))).toEqual([
    0.02, 0.02, 0.16, 0.3, 0.625, 0.95,
  ]);
});

it('moves the cut to one half: σ(logit p − logit cut)', () => {
  for (const cut of [0.05, 0.3, 0.77]) {
    expect(shiftToHalf(cut, cut)).toBe(0.5);
    const expected = 1 / (1 + Math.exp(-(calibrationLogit(0.4) - calibrationLogit(cut))));
    expect(shiftToHalf(0.4, cut)).toBeCloseTo(expected, 12);
  }
  expect([shiftToHalf(0, 0.3), shiftToHalf(1, 0.3)]).toEqual([0, 1]);
});
