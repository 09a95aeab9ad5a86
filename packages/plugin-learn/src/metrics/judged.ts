import { SvError } from '@streetvision/core';
import type { Judged } from './types.js';

/** Throws `SV_TRAIN_DATA` for lists of different lengths, a score outside [0, 1] and a truth that is neither 0 nor 1. */
export function checkJudged({ scores, truth, groups }: Judged): void {
  if (scores.length !== truth.length || (groups && groups.length !== scores.length)) {
    const received = `${scores.length} scores, ${truth.length} truths${groups ? `, ${groups.length} groups` : ''}`;
    throw new SvError('SV_TRAIN_DATA', `Received ${received}, expected as many of each.`);
  }
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i] as number;
    if (!(score >= 0 && score <= 1)) {
      throw new SvError('SV_TRAIN_DATA', `Score ${i} is ${score}, expected a probability in [0, 1].`);
    }
    if (truth[i] !== 0 && truth[i] !== 1) {
      throw new SvError('SV_TRAIN_DATA', `Truth ${i} is ${truth[i]}, expected 1 for the positive class, else 0.`);
    }
  }
}

/** How many are positive. */
export function countPositives(truth: ArrayLike<number>): number {
  let count = 0;
  for (let i = 0; i < truth.length; i++) count += truth[i] as number;
  return count;
}

/** Indices, highest score first; equal scores keep their order. */
export function descending(scores: ArrayLike<number>): Uint32Array {
  return Uint32Array.from(scores, (_, i) => i).sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b);
}

/** What is met at one score while going down from the highest. */
export interface ScoreLevel {
  readonly score: number;
  /** Positives and negatives at this score or above it. */
  readonly tp: number;
  readonly fp: number;
}

/** Each distinct score, highest first, with what lies at or above it. */
export function levels({ scores, truth }: Judged): ScoreLevel[] {
  const order = descending(scores);
  const found: ScoreLevel[] = [];
  let tp = 0;
  let fp = 0;
  for (let i = 0; i < order.length; i++) {
    const at = order[i] as number;
    if (truth[at]) tp++;
    else fp++;
    const next = order[i + 1];
    if (next === undefined || scores[next] !== scores[at]) found.push({ score: scores[at] as number, tp, fp });
  }
  return found;
}
