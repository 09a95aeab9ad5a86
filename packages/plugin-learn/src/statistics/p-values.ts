import { binomialCdf } from './binomial.js';

/**
 * P value of «the error is above `alpha`» for losses in [0, 1] with this mean (Hoeffding–Bentkus; Bates et al.,
 * arXiv 2101.02703). For losses of 0 and 1 the binomial test is stronger.
 *
 * @param mean of the losses, in [0, 1]
 */
export function hoeffdingBentkus(mean: number, n: number, alpha: number): number {
  const near = Math.min(mean, alpha);
  const bernoulli = plogq(near, alpha) + plogq(1 - near, 1 - alpha);
  // A mean that is a whole number over n may come a rounding above it.
  const errors = Math.ceil(n * mean - 1e-9);
  return Math.min(1, Math.exp(-n * bernoulli), Math.E * binomialCdf(errors, n, alpha));
}

const plogq = (p: number, q: number) => (p === 0 ? 0 : p * Math.log(p / q));

/** P value of «the error is above `alpha`» for `errors` of `n`: the exact binomial test. */
export const binomialTest = (errors: number, n: number, alpha: number): number =>
  n === 0 ? 1 : binomialCdf(errors, n, alpha);
