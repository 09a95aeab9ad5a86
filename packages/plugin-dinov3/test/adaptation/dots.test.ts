import { createRandom } from '@streetvision/core';
import { expect, it } from 'vitest';
import { createDots } from '../../src/adaptation/dots.js';

it('agrees with the plain sum, whatever the dimension', () => {
  const random = createRandom(1);
  for (const [count, dimension] of [
    [1, 1],
    [7, 3],
    [33, 16],
    [20, 100],
    [5, 1_027],
  ] as const) {
    const rows = Float32Array.from({ length: count * dimension }, () => random.normal());
    const dots = createDots(rows, dimension);
    for (let round = 0; round < 2; round++) {
      const query = Float32Array.from({ length: dimension }, () => random.normal());
      const found = dots.with(query);
      expect(found).toHaveLength(count);
      for (let n = 0; n < count; n++) {
        let sum = 0;
        for (let i = 0; i < dimension; i++) sum += (rows[n * dimension + i] as number) * (query[i] as number);
        expect(found[n]).toBeCloseTo(sum, 3);
      }
    }
  }
  expect(createDots(new Float32Array(0), 4).with(new Float32Array(4))).toHaveLength(0);
});
