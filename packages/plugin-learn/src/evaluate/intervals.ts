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
import { type BootstrapOptions, bootstrap, type Statistic } from '../statistics/index.js';

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

/** Percentile intervals of the figures; whole groups are drawn where there are groups. */
export function intervalsOf(judged: Judged, cut: Cut, options: BootstrapOptions): Record<Resampled, Interval | null> {
  const entries = Object.entries(STATISTICS).map(([name, statistic]) => {
    const found = bootstrap(judged, statistic(cut), options);
    return [name, found ? { low: found.low, high: found.high } : null] as const;
  });
  return Object.fromEntries(entries) as Record<Resampled, Interval | null>;
}
