import { SvError } from '@streetvision/core';
import { type Cut, isPositive } from '../metrics/confusion.js';
import type { Judged } from '../metrics/types.js';
import { binomialCdf } from './binomial.js';

/** Samples that only one of two was right on, and how likely so uneven a share is where both are equally good. */
export interface McNemar {
  readonly onlyFirst: number;
  readonly onlySecond: number;
  /** Two-sided, exact. 1 where both are right and wrong on the same samples. */
  readonly pValue: number;
}

/** McNemar's exact test of two answers to the same samples, in the same order. Throws `SV_TRAIN_DATA`. */
export function mcnemar(first: Judged, second: Judged, cut: Cut = {}): McNemar {
  if (first.scores.length !== second.scores.length) {
    throw new SvError('SV_TRAIN_DATA', `Received ${first.scores.length} and ${second.scores.length} answers.`, {
      fix: 'Compare answers to the same samples, in the same order.',
    });
  }
  let onlyFirst = 0;
  let onlySecond = 0;
  for (let i = 0; i < first.scores.length; i++) {
    const truth = first.truth[i] === 1;
    if ((second.truth[i] === 1) !== truth) {
      throw new SvError('SV_TRAIN_DATA', `Sample ${i} has two truths.`, {
        fix: 'Compare answers to the same samples, in the same order.',
      });
    }
    const a = isPositive(first.scores[i] as number, cut) === truth;
    const b = isPositive(second.scores[i] as number, cut) === truth;
    if (a && !b) onlyFirst++;
    if (b && !a) onlySecond++;
  }
  return { onlyFirst, onlySecond, pValue: mcnemarExact(onlyFirst, onlySecond) };
}

/** Two-sided p value of McNemar's exact binomial test. */
export function mcnemarExact(onlyFirst: number, onlySecond: number): number {
  const n = onlyFirst + onlySecond;
  return n === 0 ? 1 : Math.min(1, 2 * binomialCdf(Math.min(onlyFirst, onlySecond), n, 0.5));
}
