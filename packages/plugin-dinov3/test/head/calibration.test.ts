import { describe, expect, it } from 'vitest';
import { calibrate } from '../../src/head/calibration.js';

const logit = (p: number) => Math.log(p / (1 - p));
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

describe('calibrate', () => {
  it('leaves probabilities alone without a calibration', () => {
    expect(calibrate([0.2, 0.8], null, 1)).toEqual([0.2, 0.8]);
  });

  it('divides the logit by the temperature', () => {
    const [no, yes] = calibrate([0.1, 0.9], { method: 'temperature', temperature: 2 }, 1);
    expect(yes).toBeCloseTo(sigmoid(logit(0.9) / 2), 12);
    expect(no).toBeCloseTo(1 - sigmoid(logit(0.9) / 2), 12);
  });

  it('takes the temperature over any number of classes', () => {
    const got = calibrate([0.7, 0.2, 0.1], { method: 'temperature', temperature: 0.5 }, 0);
    const squares = [0.49, 0.04, 0.01];
    got.forEach((p, i) => {
      expect(p).toBeCloseTo((squares[i] as number) / 0.54, 12);
    });
  });

  it.each([0, 1])('scales and shifts the logit of the positive class at %i', (positive) => {
    const row = positive === 0 ? [0.7, 0.3] : [0.3, 0.7];
    const got = calibrate(row, { method: 'platt', a: 0.8, b: -0.3 }, positive);
    expect(got[positive]).toBeCloseTo(sigmoid(0.8 * logit(0.7) - 0.3), 12);
    expect((got[0] as number) + (got[1] as number)).toBeCloseTo(1, 12);
  });

  it('stays finite and within [0, 1] at the ends', () => {
    for (const calibration of [
      { method: 'temperature', temperature: 0.01 },
      { method: 'platt', a: 50, b: 0 },
    ] as const) {
      for (const row of [
        [0, 1],
        [1, 0],
      ]) {
        for (const p of calibrate(row, calibration, 1)) expect(p >= 0 && p <= 1).toBe(true);
      }
    }
  });
});
