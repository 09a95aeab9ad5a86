import type { Stack } from '../../types/index.js';

// As in `logOdds()`: a stage that is quite sure must not decide alone.
const TINY = 1e-6;

/** The log-odds of a probability, which is kept 1e-6 away from 0 and 1. */
export function logit(p: number): number {
  const kept = Math.min(1 - TINY, Math.max(TINY, p));
  return Math.log(kept / (1 - kept));
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/**
 * What a learned ensemble makes of scores, in [0, 1]; `undefined` where no stage of it answered.
 *
 * @param scores in the order of `stack.stages`; `undefined` of a stage that did not answer
 * @example stackScore(stack, [0.9, undefined, 0.4])
 */
export function stackScore(
  { method, space, intercept, stages }: Pick<Stack, 'method' | 'space' | 'intercept' | 'stages'>,
  scores: readonly (number | undefined)[],
): number | undefined {
  let sum = method === 'logistic' ? intercept : 0;
  let total = 0;
  let plain = 0;
  let answered = 0;
  for (const [i, { weight, missing = 0 }] of stages.entries()) {
    const score = scores[i];
    if (score === undefined) {
      if (method === 'logistic') sum += missing;
      continue;
    }
    const value = space === 'probability' ? score : logit(score);
    sum += weight * value;
    plain += value;
    total += weight;
    answered += 1;
  }
  if (answered === 0) return undefined;
  if (method === 'logistic') return sigmoid(sum);
  // Those that are left may all have weight 0: then they count the same.
  const mean = total > 0 ? sum / total : plain / answered;
  return space === 'probability' ? Math.min(1, Math.max(0, mean)) : sigmoid(mean);
}
