/** Counts at a threshold. */
export interface Confusion {
  readonly tp: number;
  readonly tn: number;
  readonly fp: number;
  readonly fn: number;
}

/** P(a positive scores above a negative), ties count half. NaN without both classes. */
export function auroc(scores: ArrayLike<number>, positive: readonly boolean[]): number {
  const order = positive.map((_, i) => i).sort((a, b) => (scores[a] as number) - (scores[b] as number));
  const positives = positive.filter(Boolean).length;
  const negatives = positive.length - positives;
  let ranks = 0;
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to < order.length && scores[order[to] as number] === scores[order[from] as number]) to++;
    // Ties share the mean of their ranks, counted from 1.
    for (let i = from; i < to; i++) if (positive[order[i] as number]) ranks += (from + to + 1) / 2;
    from = to;
  }
  return (ranks - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/** A score at or above the threshold says positive. */
export function confusion(scores: ArrayLike<number>, positive: readonly boolean[], threshold: number): Confusion {
  const counts = { tp: 0, tn: 0, fp: 0, fn: 0 };
  positive.forEach((truth, i) => {
    const said = (scores[i] as number) >= threshold;
    counts[said ? (truth ? 'tp' : 'fp') : truth ? 'fn' : 'tn']++;
  });
  return counts;
}

export const accuracy = ({ tp, tn, fp, fn }: Confusion): number => (tp + tn) / (tp + tn + fp + fn);

/** Mean of the two classes' recalls. NaN without both classes. */
export const balancedAccuracy = ({ tp, tn, fp, fn }: Confusion): number => (tp / (tp + fn) + tn / (tn + fp)) / 2;

/** Matthews correlation; 0 where a row or column of the table is empty. */
export function mcc({ tp, tn, fp, fn }: Confusion): number {
  const under = Math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn));
  return under === 0 ? 0 : (tp * tn - fp * fn) / under;
}
