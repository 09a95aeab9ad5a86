import { countPositives, levels } from './judged.js';
import type { Judged } from './types.js';

/** One point of the ROC curve. `threshold` is `null` at the first point: nothing is called positive. */
export interface RocPoint {
  readonly falsePositiveRate: number;
  readonly truePositiveRate: number;
  readonly threshold: number | null;
}

/** One point of the precision–recall curve. `threshold` is `null` at the last point: nothing is called positive. */
export interface PrPoint {
  readonly precision: number;
  readonly recall: number;
  readonly threshold: number | null;
}

/** P(score of a positive > score of a negative) + ½ P(tie), by ranks with mid-ranks; `null` with one class only. */
export function auroc(judged: Judged): number | null {
  const positives = countPositives(judged.truth);
  const negatives = judged.truth.length - positives;
  if (positives === 0 || negatives === 0) return null;
  // Whole numbers and halves: exact, whatever the order.
  let won = 0;
  let before = { tp: 0, fp: 0 };
  for (const level of levels(judged)) {
    const tied = level.fp - before.fp;
    won += tied * before.tp + (tied * (level.tp - before.tp)) / 2;
    before = level;
  }
  return won / (positives * negatives);
}

/** The ROC curve, from (0, 0) to (1, 1), a point for each distinct score; empty with one class only. */
export function rocPoints(judged: Judged): RocPoint[] {
  const positives = countPositives(judged.truth);
  const negatives = judged.truth.length - positives;
  if (positives === 0 || negatives === 0) return [];
  return [
    { falsePositiveRate: 0, truePositiveRate: 0, threshold: null },
    ...levels(judged).map(({ score, tp, fp }) => ({
      falsePositiveRate: fp / negatives,
      truePositiveRate: tp / positives,
      threshold: score,
    })),
  ];
}

/** The precision–recall curve, lowest threshold first, ending at (recall 0, precision 1); empty without positives. */
export function prPoints(judged: Judged): PrPoint[] {
  const positives = countPositives(judged.truth);
  if (positives === 0) return [];
  const points: PrPoint[] = levels(judged).map(({ score, tp, fp }) => ({
    precision: tp / (tp + fp),
    recall: tp / positives,
    threshold: score,
  }));
  return [...points.reverse(), { precision: 1, recall: 0, threshold: null }];
}

/**
 * Area under the precision–recall curve as average precision: Σ (recallₙ − recallₙ₋₁) · precisionₙ, without
 * interpolation. `null` without positives.
 */
export const averagePrecision = (judged: Judged): number | null =>
  area(judged, (here, lower) => (lower.recall - here.recall) * lower.precision);

/** Area under the precision–recall curve by trapezoids, which is optimistic. `null` without positives. */
export const prAucTrapezoid = (judged: Judged): number | null =>
  area(judged, (here, lower) => ((lower.recall - here.recall) * (lower.precision + here.precision)) / 2);

function area(judged: Judged, piece: (here: PrPoint, lower: PrPoint) => number): number | null {
  const points = prPoints(judged);
  if (points.length === 0) return null;
  let sum = 0;
  for (let i = 0; i + 1 < points.length; i++) sum += piece(points[i + 1] as PrPoint, points[i] as PrPoint);
  return sum;
}
