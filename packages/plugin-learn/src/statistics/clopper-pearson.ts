import { SvError } from '@streetvision/core';
import type { Interval } from '../metrics/types.js';
import { binomialCdf, binomialPmf } from './binomial.js';

/**
 * Exact one-sided upper bound of a share, given `k` of `n`: the share is below it with probability ≥ 1 − `delta`
 * (Clopper & Pearson 1934). 1 where k = n.
 *
 * @param delta chance to be wrong, in (0, 1)
 * @example clopperPearsonUpper(0, 299, 0.05) // 0.00997: 299 answers without an error show less than 1 %
 */
export function clopperPearsonUpper(k: number, n: number, delta: number): number {
  check(k, n, delta);
  return k === n ? 1 : solve(k, n, delta);
}

/** Exact one-sided lower bound of a share, given `k` of `n`; 0 where k = 0. */
export function clopperPearsonLower(k: number, n: number, delta: number): number {
  check(k, n, delta);
  return k === 0 ? 0 : 1 - solve(n - k, n, delta);
}

/** Exact interval of a share, `confidence` in (0, 1): half of what is left on each side. */
export function clopperPearson(k: number, n: number, confidence = 0.95): Interval {
  const delta = (1 - confidence) / 2;
  return { low: clopperPearsonLower(k, n, delta), high: clopperPearsonUpper(k, n, delta) };
}

/** How many answers, `errors` of them wrong, are needed to show an error of at most `targetError` with 1 − `delta`. */
export function exitsNeeded(errors: number, targetError: number, delta: number): number {
  if (errors === 0) {
    const n = Math.max(1, Math.floor(Math.log(delta) / Math.log1p(-targetError)) - 1);
    // The quotient may round across a whole number.
    for (let exits = n; ; exits++) if (binomialCdf(0, exits, targetError) <= delta) return exits;
  }
  let low = errors;
  let high = errors + 1;
  while (binomialCdf(errors, high, targetError) > delta) {
    low = high;
    high *= 2;
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (binomialCdf(errors, middle, targetError) > delta) low = middle;
    else high = middle;
  }
  return high;
}

/** The p with P(K ≤ k) = delta: Newton's steps, kept inside a bracket. */
function solve(k: number, n: number, delta: number): number {
  if (k === 0) return -Math.expm1(Math.log(delta) / n);
  let low = 0;
  let high = 1;
  let p = Math.min(0.999, (k + 1) / (n + 1));
  for (let i = 0; i < 200; i++) {
    const excess = binomialCdf(k, n, p) - delta;
    if (excess > 0) low = p;
    else high = p;
    const slope = n * binomialPmf(k, n - 1, p);
    const step = p + excess / slope;
    const next = step > low && step < high ? step : (low + high) / 2;
    if (Math.abs(next - p) <= 1e-16 * p || high - low <= 1e-16) return next;
    p = next;
  }
  return high;
}

function check(k: number, n: number, delta: number): void {
  if (Number.isInteger(k) && Number.isInteger(n) && k >= 0 && n >= k && n > 0 && delta > 0 && delta < 1) return;
  throw new SvError('SV_TRAIN_OPTIONS', `A bound for ${k} of ${n} at δ = ${delta} was asked.`, {
    fix: 'Expected whole numbers 0 ≤ k ≤ n, n ≥ 1, and δ in (0, 1).',
  });
}
