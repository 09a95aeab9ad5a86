import { mcc } from './confusion.js';
import { countPositives, levels } from './judged.js';
import type { Judged } from './types.js';

/**
 * The threshold with the highest MCC among the scores themselves and 0.5; the lowest of equally good ones. `null` without
 * any sample. Choose it on other data than you report on.
 *
 * @param options.strict positive above the threshold only. @default false: at or above it
 */
export function bestMccThreshold(
  judged: Judged,
  { strict = false }: { readonly strict?: boolean } = {},
): { readonly threshold: number; readonly mcc: number } | null {
  const positives = countPositives(judged.truth);
  const negatives = judged.truth.length - positives;
  if (judged.scores.length === 0) return null;
  const ascending = levels(judged).reverse();
  const cuts = ascending.map(({ score }) => score);
  if (!cuts.includes(0.5)) cuts.push(0.5);
  let best: { threshold: number; mcc: number } | null = null;
  let at = 0;
  for (const threshold of cuts.sort((a, b) => a - b)) {
    const below = (score: number) => (strict ? score <= threshold : score < threshold);
    while (at < ascending.length && below((ascending[at] as { score: number }).score)) at++;
    const { tp, fp } = ascending[at] ?? { tp: 0, fp: 0 };
    const value = mcc({ tp, fp, tn: negatives - fp, fn: positives - tp }) as number;
    if (best === null || value > best.mcc) best = { threshold, mcc: value };
  }
  return best;
}
