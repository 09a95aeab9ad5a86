import { logLossOf } from './loss.js';

/** T is kept in [0.01, 100]: data that can be told apart without an error would drive it to 0. */
const SHARPEST = 100;
const FLATTEST = 0.01;

/**
 * Temperature scaling (Guo et al., arXiv 1706.04599): the T with the lowest log-loss of σ(z / T), which is convex in 1/T.
 * It moves no decision at 0.5 and no rank.
 *
 * @param logits of the scores @param truth 1 for the positive class, else 0
 * @returns T, and the mean log-loss with it; `null` where the scores do not rise with the truth
 */
export function fitTemperature(
  logits: ArrayLike<number>,
  truth: ArrayLike<number>,
): { readonly temperature: number; readonly logLoss: number } | null {
  const slope = (beta: number) => {
    let sum = 0;
    for (let i = 0; i < logits.length; i++) {
      const z = logits[i] as number;
      sum += z * (1 / (1 + Math.exp(-beta * z)) - (truth[i] as number));
    }
    return sum;
  };
  if (!(slope(0) < 0)) return null;
  let low = FLATTEST;
  let high = SHARPEST;
  // The slope rises with 1/T: its zero is found by bisection on ln(1/T), to the last digits.
  for (let i = 0; i < 60; i++) {
    const middle = Math.sqrt(low * high);
    if (slope(middle) < 0) low = middle;
    else high = middle;
  }
  const beta = Math.sqrt(low * high);
  return { temperature: 1 / beta, logLoss: logLossOf(logits, truth, beta, 0) };
}
