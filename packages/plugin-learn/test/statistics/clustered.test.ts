import { createRandom } from '@streetvision/core';
import { expect, it } from 'vitest';
import { clopperPearsonUpper, clusteredUpper } from '../../src/statistics/index.js';

/** Groups whose frames are all right or all wrong, or frames on their own. */
function clusters(random: ReturnType<typeof createRandom>, groups: number, size: number, share: number) {
  return Array.from({ length: groups }, () => {
    const wrong = random.next() < share;
    return { n: size, errors: wrong ? size : 0 };
  });
}

it('frames on their own say about as much as their number', () => {
  const found = clusteredUpper(clusters(createRandom(1), 400, 1, 0.1), 0.05);
  expect(found.effectiveN).toBeGreaterThan(390);
  expect(found.effectiveN).toBeLessThanOrEqual(400);
});

it('copies say as much as one of them', () => {
  const drawn = clusters(createRandom(2), 100, 10, 0.1);
  const found = clusteredUpper(drawn, 0.05);
  const wrong = drawn.filter(({ errors }) => errors > 0).length;
  expect(found.effectiveN).toBeGreaterThan(90);
  expect(found.effectiveN).toBeLessThanOrEqual(102);
  expect(found.upper).toBeCloseTo(clopperPearsonUpper(wrong, 100, 0.05), 2);
});

it('without an error each group counts as one frame', () => {
  const found = clusteredUpper(clusters(createRandom(3), 20, 10, 0), 0.05);
  expect(found.effectiveN).toBe(20);
  expect(found.upper).toBeCloseTo(clopperPearsonUpper(0, 20, 0.05), 12);
});

it('holds where groups err together, and the count of frames does not', () => {
  const random = createRandom(4);
  const broken = { clustered: 0, frames: 0 };
  for (let run = 0; run < 400; run++) {
    // Each group has an error rate of its own, 0.1 on average.
    const drawn = Array.from({ length: 40 }, () => {
      const rate = random.next() < 0.2 ? 0.5 : 0;
      const errors = Array.from({ length: 15 }, () => Number(random.next() < rate)).reduce((a, b) => a + b, 0);
      return { n: 15, errors };
    });
    broken.clustered += Number(clusteredUpper(drawn, 0.05).upper < 0.1);
    const errors = drawn.reduce((sum, one) => sum + one.errors, 0);
    broken.frames += Number(clopperPearsonUpper(errors, 600, 0.05) < 0.1);
  }
  expect(broken.frames).toBeGreaterThan(60);
  expect(broken.clustered).toBeLessThan(36);
});
