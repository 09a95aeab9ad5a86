/** Scores beside the truth. */
export interface Judged {
  /** P(positive) in [0, 1]. */
  readonly scores: ArrayLike<number>;
  /** 1 for the positive class, else 0. */
  readonly truth: ArrayLike<number>;
  /** Near-duplicates share one; resampling draws whole groups. */
  readonly groups?: readonly string[];
}

/** What a set of judged scores comes to. A figure that is not defined, such as the AUROC of one class, is `null`. */
export interface Metrics {
  readonly n: number;
  readonly positives: number;
  readonly confusion: { readonly tp: number; readonly fp: number; readonly tn: number; readonly fn: number };
  readonly accuracy: number | null;
  readonly balancedAccuracy: number | null;
  readonly precision: number | null;
  readonly recall: number | null;
  readonly specificity: number | null;
  readonly f1: number | null;
  readonly mcc: number | null;
  readonly auroc: number | null;
  readonly prAuc: number | null;
  readonly brier: number | null;
  readonly logLoss: number | null;
  /** On P(positive), ten bins of equal width. */
  readonly ece: number | null;
  /** Area under the risk–coverage curve. */
  readonly aurc: number | null;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}
