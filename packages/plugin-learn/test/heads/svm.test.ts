import { createRandom } from '@streetvision/core';
import { describe, expect, it } from 'vitest';
import { decision, fitHinge } from '../../src/heads/hinge.js';
import { fitPlatt } from '../../src/heads/svm.js';
import { clouds } from './samples.js';

describe('fitHinge', () => {
  it('ends where the gradient of penalty and squared hinge is zero', () => {
    const { features: x, labels } = clouds(120, 3, 2);
    const penalties = Float64Array.from(labels, (label) => (label ? 0.7 : 0.2));
    const rows = [...labels.keys()];
    const w = fitHinge({ x, dimension: 3, labels, penalties, rows }, createRandom(1));
    const gradient = w.slice();
    for (const i of rows) {
      const y = labels[i] ? 1 : -1;
      const pull = -2 * (penalties[i] as number) * y * Math.max(0, 1 - y * decision(w, x, i, 3));
      for (let j = 0; j < 4; j++) gradient[j] = (gradient[j] as number) + pull * (j < 3 ? (x[i * 3 + j] as number) : 1);
    }
    for (const value of gradient) expect(Math.abs(value)).toBeLessThan(1e-2);
  });

  it('leaves out the rows that are not asked for', () => {
    const x = Float32Array.of(-1, 1, 100);
    const problem = { x, dimension: 1, labels: [0, 1, 0], penalties: [1, 1, 1], rows: [0, 1] };
    expect(fitHinge(problem, createRandom(1))[0]).toBeCloseTo(0.8, 3);
  });
});

describe('fitPlatt', () => {
  // Facts on calibration: the common sample and what scipy makes of it.
  it('finds the sigmoid that scipy finds', () => {
    const z = [-3, -2.2, -1.5, -0.7, -0.2, 0.1, 0.6, 1.3, 2.4, 3.5];
    const y = [0, 0, 0, 1, 0, 1, 0, 1, 1, 1];
    const { a, b } = fitPlatt(z.map((value, i) => ({ z: value, positive: y[i] === 1 })));
    expect(a).toBeCloseTo(0.6196413, 6);
    expect(b).toBeCloseTo(0.002369, 6);
  });
});
