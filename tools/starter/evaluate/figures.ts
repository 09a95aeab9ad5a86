import { type Judged, metrics, statistics } from '@streetvision/plugin-learn';
import type { Sample } from '../data/samples.js';

/** A figure, and where 95 % of the resamples put it; `null` where it is not defined. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Figures of scores that no head gave to a picture of a clip it was trained on. */
export interface Figures {
  readonly pictures: { readonly positive: number; readonly negative: number };
  readonly auroc: Estimate;
  readonly balancedAccuracy: Estimate;
  readonly mcc: Estimate;
  readonly accuracy: Estimate;
  readonly confusion: metrics.Confusion;
}

export interface GroupFigures {
  readonly group: string;
  readonly positive: number;
  readonly negative: number;
  /** `null` where there are no such pictures. */
  readonly recall: number | null;
  readonly falsePositiveRate: number | null;
  readonly auroc: number | null;
}

/** Of the bootstrap over whole clips: frames of a clip are near-duplicates. */
const RESAMPLES = { resamples: 2_000, seed: 1 } as const;

export const balancedAccuracy: statistics.Statistic = (judged) => metrics.balancedAccuracy(metrics.confusion(judged));
const accuracy: statistics.Statistic = (judged) => metrics.accuracy(metrics.confusion(judged));
// On pictures of one class alone it would be 0, which says nothing of the head.
const mcc: statistics.Statistic = (judged) =>
  metrics.auroc(judged) === null ? null : metrics.mcc(metrics.confusion(judged));

/**
 * @param scores P(roadwork), one per sample
 * @param rows which samples count
 */
export function figures(scores: ArrayLike<number>, samples: readonly Sample[], rows: readonly number[]): Figures {
  const judged = judge(scores, samples, rows);
  const estimate = (statistic: statistics.Statistic) => known(statistics.bootstrap(judged, statistic, RESAMPLES));
  const positive = rows.filter((i) => samples[i]?.positive).length;
  return {
    pictures: { positive, negative: rows.length - positive },
    auroc: estimate(metrics.auroc),
    balancedAccuracy: estimate(balancedAccuracy),
    mcc: estimate(mcc),
    accuracy: estimate(accuracy),
    confusion: metrics.confusion(judged),
  };
}

/** By how much a figure of `ours` exceeds that of `theirs`, on the same resamples of clips. */
export function gain(
  statistic: statistics.Statistic,
  ours: ArrayLike<number>,
  theirs: ArrayLike<number>,
  samples: readonly Sample[],
  rows: readonly number[],
): Estimate {
  const found = statistics.pairedBootstrap(
    judge(ours, samples, rows),
    judge(theirs, samples, rows),
    statistic,
    RESAMPLES,
  );
  return known(found);
}

/** One row per group, in the order of their first picture. */
export function figuresByGroup(
  scores: ArrayLike<number>,
  samples: readonly Sample[],
  rows: readonly number[],
): GroupFigures[] {
  return [...new Set(rows.map((i) => samples[i]?.group ?? ''))].map((group) => {
    const mine = judge(
      scores,
      samples,
      rows.filter((i) => samples[i]?.group === group),
    );
    const { n, positives, recall, specificity, auroc } = metrics.summarise(mine);
    return {
      group,
      positive: positives,
      negative: n - positives,
      recall,
      falsePositiveRate: specificity === null ? null : 1 - specificity,
      auroc,
    };
  });
}

const judge = (scores: ArrayLike<number>, samples: readonly Sample[], rows: readonly number[]): Judged => ({
  scores: rows.map((i) => scores[i] as number),
  truth: rows.map((i) => Number(samples[i]?.positive)),
  groups: rows.map((i) => samples[i]?.group ?? ''),
});

function known(found: statistics.BootstrapInterval | null): Estimate {
  if (!found) throw new RangeError('A figure is not defined: are there pictures of both classes, in several clips?');
  return { value: found.estimate, low: found.low, high: found.high };
}
