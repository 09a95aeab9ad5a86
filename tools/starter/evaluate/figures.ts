import type { Sample } from '../data/samples.js';
import { bootstrap, type Estimate } from './bootstrap.js';
import { accuracy, auroc, balancedAccuracy, type Confusion, confusion, mcc } from './metrics.js';

/** Figures of scores that no head gave to a picture of a clip it was trained on. */
export interface Figures {
  readonly pictures: { readonly positive: number; readonly negative: number };
  readonly auroc: Estimate;
  readonly balancedAccuracy: Estimate;
  readonly mcc: Estimate;
  readonly accuracy: Estimate;
  readonly confusion: Confusion;
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

/**
 * @param scores log-odds, one per sample
 * @param rows which samples count
 */
export function figures(scores: ArrayLike<number>, samples: readonly Sample[], rows: readonly number[]): Figures {
  const groups = rows.map((i) => samples[i]?.group ?? '');
  const of = (part: readonly number[], figure: (s: number[], y: boolean[]) => number) =>
    figure(
      part.map((i) => scores[rows[i] as number] as number),
      part.map((i) => samples[rows[i] as number]?.positive ?? false),
    );
  const estimate = (figure: (s: number[], y: boolean[]) => number) => bootstrap(groups, (part) => of(part, figure));
  const positive = rows.filter((i) => samples[i]?.positive).length;
  return {
    pictures: { positive, negative: rows.length - positive },
    auroc: estimate(auroc),
    balancedAccuracy: estimate((s, y) => balancedAccuracy(confusion(s, y, 0))),
    mcc: estimate((s, y) => (y.every((v) => v === y[0]) ? Number.NaN : mcc(confusion(s, y, 0)))),
    accuracy: estimate((s, y) => accuracy(confusion(s, y, 0))),
    confusion: count(scores, samples, rows),
  };
}

const count = (scores: ArrayLike<number>, samples: readonly Sample[], rows: readonly number[]): Confusion =>
  confusion(
    rows.map((i) => scores[i] as number),
    rows.map((i) => samples[i]?.positive ?? false),
    0,
  );

/** By how much the AUROC of `ours` exceeds that of `theirs`, on the same resamples of clips. */
export function aurocGain(
  ours: ArrayLike<number>,
  theirs: ArrayLike<number>,
  samples: readonly Sample[],
  rows: readonly number[],
): Estimate {
  const groups = rows.map((i) => samples[i]?.group ?? '');
  return bootstrap(groups, (part) => {
    const positive = part.map((i) => samples[rows[i] as number]?.positive ?? false);
    const area = (scores: ArrayLike<number>) =>
      auroc(
        part.map((i) => scores[rows[i] as number] as number),
        positive,
      );
    return area(ours) - area(theirs);
  });
}

/** One row per group, in the order of their first picture. */
export function figuresByGroup(
  scores: ArrayLike<number>,
  samples: readonly Sample[],
  rows: readonly number[],
): GroupFigures[] {
  return [...new Set(rows.map((i) => samples[i]?.group ?? ''))].map((group) => {
    const mine = rows.filter((i) => samples[i]?.group === group);
    const { tp, tn, fp, fn } = count(scores, samples, mine);
    const area = auroc(
      mine.map((i) => scores[i] as number),
      mine.map((i) => samples[i]?.positive ?? false),
    );
    return {
      group,
      positive: tp + fn,
      negative: tn + fp,
      recall: tp + fn === 0 ? null : tp / (tp + fn),
      falsePositiveRate: tn + fp === 0 ? null : fp / (tn + fp),
      auroc: Number.isNaN(area) ? null : area,
    };
  });
}
