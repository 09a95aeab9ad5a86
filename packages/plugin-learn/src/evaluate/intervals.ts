import {
  accuracy,
  auroc,
  averagePrecision,
  balancedAccuracy,
  brier,
  type Confusion,
  type Cut,
  confusion,
  ece,
  f1,
  mcc,
  precision,
  recall,
  specificity,
} from '../metrics/index.js';
import type { Interval, Judged, Metrics } from '../metrics/types.js';
import {
  type BootstrapOptions,
  type PairedBootstrap,
  pairedPercentiles,
  percentiles,
  type Statistic,
} from '../statistics/index.js';
import { type Resamples, resampleFigures } from './resample.js';

const counted =
  (figure: (counts: Confusion) => number | null) =>
  (cut: Cut): Statistic =>
  (judged) =>
    figure(confusion(judged, cut));

const ranked = (figure: Statistic) => () => figure;

/** Figures that can be resampled, by name. */
export const STATISTICS = {
  accuracy: counted(accuracy),
  balancedAccuracy: counted(balancedAccuracy),
  precision: counted(precision),
  recall: counted(recall),
  specificity: counted(specificity),
  f1: counted(f1),
  mcc: counted(mcc),
  auroc: ranked(auroc),
  prAuc: ranked(averagePrecision),
  brier: ranked(brier),
  ece: ranked(ece),
} satisfies Partial<Record<keyof Metrics, (cut: Cut) => Statistic>>;

export type Resampled = keyof typeof STATISTICS;

/**
 * How many resamples there are where nobody says: 1,000 for up to 200,000 answers, then fewer the more there are, so that
 * the work stays the same; 100 at least.
 */
export const usualResamples = (answers: number): number =>
  Math.max(100, Math.min(1_000, Math.floor(200_000_000 / Math.max(1, answers))));

/** Percentile intervals of the figures; whole groups are drawn where there are groups. */
export function intervalsOf(judged: Judged, cut: Cut, options: BootstrapOptions): Record<Resampled, Interval | null> {
  const drawn = resampleFigures(judged, cut, options);
  const entries = Object.entries(STATISTICS).map(([name, statistic]) => {
    const found = percentiles(statistic(cut)(judged), drawn[name as Resampled], options);
    return [name, found ? { low: found.low, high: found.high } : null] as const;
  });
  return Object.fromEntries(entries) as Record<Resampled, Interval | null>;
}

/** Answers to the same pictures, and the threshold that they are decided at. */
export interface Side {
  readonly judged: Judged;
  readonly cut: Cut;
}

/** Of each figure `first − second`: both are drawn together, by the groups of `first`. */
export function differencesOf(
  first: Side,
  second: Side,
  options: BootstrapOptions,
): Record<Resampled, PairedBootstrap | null> {
  const { groups } = first.judged;
  const [ours, theirs] = [first, second].map(({ judged: { scores, truth }, cut }) =>
    resampleFigures({ scores, truth, ...(groups ? { groups } : {}) }, cut, options),
  ) as [Resamples, Resamples];
  const minus = (a: number | null, b: number | null) => (a === null || b === null ? null : a - b);
  const entries = Object.entries(STATISTICS).map(([name, statistic]) => {
    const figure = name as Resampled;
    const estimate = minus(statistic(first.cut)(first.judged), statistic(second.cut)(second.judged));
    const drawn = ours[figure].map((value, i) => minus(value, theirs[figure][i] ?? null));
    return [figure, pairedPercentiles(estimate, drawn, options)];
  });
  return Object.fromEntries(entries);
}
