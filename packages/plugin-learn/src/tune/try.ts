import type { Confusion, Cut } from '../metrics/index.js';
import { isPositive } from '../metrics/index.js';
import type { Bounds, WhatIfTable } from './table.js';

/** What a set of windows comes to. */
export interface Tried {
  readonly counts: Confusion;
  readonly answered: number;
  readonly unanswered: number;
  /** Those without an answer, by what is true of them. */
  readonly lost: { readonly positives: number; readonly negatives: number };
  /** Mean per answer. */
  readonly ms: number;
  readonly price: number;
}

/**
 * Walks every frame down the steps until a window, or another rule, says stop.
 *
 * @param windows one per step; none where the step has no window
 * @param scores filled with the score of each frame, NaN where there is no answer
 */
export function tryWindows(
  table: WhatIfTable,
  windows: readonly (Bounds | undefined)[],
  cut: Cut,
  scores?: Float64Array,
): Tried {
  const { steps, truth } = table;
  const counts = { tp: 0, fp: 0, tn: 0, fn: 0 };
  let ms = 0;
  let price = 0;
  let answered = 0;
  const lost = { positives: 0, negatives: 0 };
  for (let row = 0; row < truth.length; row++) {
    const score = walk(table, row, windows);
    if (scores) scores[row] = score;
    if (Number.isNaN(score)) {
      lost[truth[row] ? 'positives' : 'negatives']++;
      continue;
    }
    answered++;
    for (let step = 0, at = row * steps; step <= reachedStep; step++, at++) {
      ms += table.ms[at] as number;
      price += table.prices[at] as number;
    }
    if (isPositive(score, cut)) counts[truth[row] ? 'tp' : 'fp']++;
    else counts[truth[row] ? 'fn' : 'tn']++;
  }
  const mean = (sum: number) => (answered > 0 ? sum / answered : 0);
  return { counts, answered, unanswered: truth.length - answered, lost, ms: mean(ms), price: mean(price) };
}

/** How far the last walk came: a second result without an object for every frame. */
let reachedStep = 0;

function walk(table: WhatIfTable, row: number, windows: readonly (Bounds | undefined)[]): number {
  const { steps, scores, stops, decided, fails } = table;
  const end = fails[row] as number;
  let believed = Number.NaN;
  for (let step = 0; step < steps; step++) {
    reachedStep = step;
    if (step >= end) return Number.NaN;
    const at = row * steps + step;
    const score = scores[at] as number;
    if (Number.isNaN(score)) continue;
    believed = score;
    if (stops[at]) return Number.isNaN(decided[at]) ? believed : (decided[at] as number);
    const window = windows[step];
    if (window && (score <= window[0] || score >= window[1])) return believed;
  }
  return believed;
}
