import type { Cut } from '../metrics/index.js';
import { summarise } from '../metrics/index.js';
import type { Metrics } from '../metrics/types.js';
import { type Answered, judgedOf } from './answer.js';
import type { Slice } from './types.js';

/** Figures for each value of something, the largest slice first. */
export function sliceBy(
  answered: readonly Answered[],
  keyOf: (one: Answered) => string,
  cut: Cut,
): Record<string, Slice> {
  const slices = new Map<string, Answered[]>();
  for (const one of answered) {
    const value = keyOf(one);
    const members = slices.get(value);
    if (members) members.push(one);
    else slices.set(value, [one]);
  }
  const largest = [...slices].sort(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1));
  return Object.fromEntries(largest.map(([value, members]) => [value, sliceOf(summarise(judgedOf(members), cut))]));
}

/** By a metadata column; where a sample has none the value is `(none)`. */
export const column =
  (name: string) =>
  ({ frame }: Answered): string => {
    const value = frame.meta[name];
    if (value === undefined || value === null || value === '') return '(none)';
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  };

function sliceOf(all: Metrics): Slice {
  const { n, positives, accuracy, balancedAccuracy, recall, specificity, auroc, mcc, f1, brier, ece } = all;
  return { n, positives, accuracy, balancedAccuracy, recall, specificity, auroc, mcc, f1, brier, ece };
}
