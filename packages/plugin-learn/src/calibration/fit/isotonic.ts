import { levelsOf } from './levels.js';

/**
 * Isotonic regression: the rising step function with the least squared error, by pooling adjacent violators; equal
 * scores are one point. Kept at both ends of each step, as scikit-learn does, to interpolate linearly between them.
 *
 * @param options.clamp keeps values in [1/(n+2), (n+1)/(n+2)]: nobody is certain. @default true
 */
export function fitIsotonic(
  scores: ArrayLike<number>,
  truth: ArrayLike<number>,
  { clamp = true }: { readonly clamp?: boolean } = {},
): { readonly x: readonly number[]; readonly y: readonly number[] } {
  const blocks: { low: number; high: number; n: number; positives: number }[] = [];
  for (const { score, n, positives } of levelsOf(scores, truth)) {
    let block = { low: score, high: score, n, positives };
    for (let last = blocks.at(-1); last && last.positives * block.n >= block.positives * last.n; last = blocks.at(-1)) {
      blocks.pop();
      block = {
        low: last.low,
        high: block.high,
        n: last.n + block.n,
        positives: last.positives + block.positives,
      };
    }
    blocks.push(block);
  }
  const n = scores.length;
  const x: number[] = [];
  const y: number[] = [];
  for (const { low, high, n: count, positives } of blocks) {
    const share = positives / count;
    const value = clamp ? Math.min((n + 1) / (n + 2), Math.max(1 / (n + 2), share)) : share;
    x.push(low);
    y.push(value);
    if (high === low) continue;
    x.push(high);
    y.push(value);
  }
  return { x, y };
}
