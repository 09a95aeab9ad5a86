import type { Random } from '@streetvision/core';

/** A number of the Beta(a, a) distribution: the ratio of two gammas. */
export function drawBeta(random: Random, a: number): number {
  const x = drawGamma(random, a);
  const y = drawGamma(random, a);
  // Both vanish for a tiny `a`, where the distribution is a coin.
  return x + y > 0 ? x / (x + y) : Number(random.next() < 0.5);
}

/** Marsaglia and Tsang 2000; a shape below 1 is boosted. */
function drawGamma(random: Random, shape: number): number {
  if (shape < 1) return drawGamma(random, shape + 1) * (1 - random.next()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random.next()) < x * x * 0.5 + d - d * v + d * Math.log(v)) return d * v;
  }
}
