import type { Judged, Metrics } from './types.js';

export type Confusion = Metrics['confusion'];

/** Which score means the positive class. */
export interface Cut {
  /** In [0, 1]. @default 0.5 */
  readonly threshold?: number;
  /** Positive above the threshold only, as some graders read it; else also at it, as a cascade labels. @default false */
  readonly strict?: boolean;
}

/** Whether a score means the positive class: at or above the threshold, as core labels; strictly above with `strict`. */
export const isPositive = (score: number, { threshold = 0.5, strict = false }: Cut = {}): boolean =>
  strict ? score > threshold : score >= threshold;

/** Counts of right and wrong decisions. */
export function confusion({ scores, truth }: Judged, cut: Cut = {}): Confusion {
  const counts = { tp: 0, fp: 0, tn: 0, fn: 0 };
  for (let i = 0; i < scores.length; i++) {
    if (isPositive(scores[i] as number, cut)) counts[truth[i] ? 'tp' : 'fp']++;
    else counts[truth[i] ? 'fn' : 'tn']++;
  }
  return counts;
}

const ratio = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);

/** Share of right decisions; `null` without any. */
export const accuracy = ({ tp, fp, tn, fn }: Confusion): number | null => ratio(tp + tn, tp + fp + tn + fn);

/** Share of right ones among those called positive; `null` where none is. */
export const precision = ({ tp, fp }: Confusion): number | null => ratio(tp, tp + fp);

/** Share of the positives that were found; `null` where there are none. */
export const recall = ({ tp, fn }: Confusion): number | null => ratio(tp, tp + fn);

/** Share of the negatives that were found; `null` where there are none. */
export const specificity = ({ tn, fp }: Confusion): number | null => ratio(tn, tn + fp);

/** Mean recall of the classes that occur, as scikit-learn has it; `null` without any. */
export function balancedAccuracy(counts: Confusion): number | null {
  const recalls = [recall(counts), specificity(counts)].filter((value) => value !== null);
  return ratio(
    recalls.reduce((sum, value) => sum + value, 0),
    recalls.length,
  );
}

/** Harmonic mean of precision and recall; `null` where nobody is positive or called so. */
export const f1 = ({ tp, fp, fn }: Confusion): number | null => ratio(2 * tp, 2 * tp + fp + fn);

/** Matthews correlation coefficient, in [−1, 1]; 0 where a row or column of the confusion matrix is empty, `null` without any. */
export function mcc({ tp, fp, tn, fn }: Confusion): number | null {
  if (tp + fp + tn + fn === 0) return null;
  // One root of one product: cuts that are equally good come out equal.
  const scale = Math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn));
  return scale === 0 ? 0 : (tp * tn - fp * fn) / scale;
}
