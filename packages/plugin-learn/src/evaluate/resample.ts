import { createRandom } from '@streetvision/core';
import * as counted from '../metrics/confusion.js';
import { descending } from '../metrics/judged.js';
import { binOf } from '../metrics/probability.js';
import type { Judged } from '../metrics/types.js';
import type { BootstrapOptions } from '../statistics/index.js';
import type { Resampled } from './intervals.js';

/** Each figure on each resample; `null` where it is not defined there. */
export type Resamples = Readonly<Record<Resampled, readonly (number | null)[]>>;

const BINS = 10;

const COUNTED = {
  accuracy: counted.accuracy,
  balancedAccuracy: counted.balancedAccuracy,
  precision: counted.precision,
  recall: counted.recall,
  specificity: counted.specificity,
  f1: counted.f1,
  mcc: counted.mcc,
};

/**
 * All figures on bootstrap resamples. Answers are sorted once; a resample is how often each group was drawn, and one pass
 * over the sorted answers then gives every figure. The same seed draws the same groups as `bootstrap` does.
 */
export function resampleFigures(
  judged: Judged,
  cut: counted.Cut,
  { resamples = 1_000, seed = 0 }: Pick<BootstrapOptions, 'resamples' | 'seed'>,
): Resamples {
  const rows = sortedRows(judged, cut);
  const random = createRandom(seed).fork('bootstrap');
  const times = new Uint32Array(rows.groups);
  const figures = Array.from({ length: resamples }, () => {
    times.fill(0);
    for (let i = 0; i < times.length; i++) {
      const drawn = random.below(times.length);
      times[drawn] = (times[drawn] as number) + 1;
    }
    return figuresOf(rows, times);
  });
  const names = Object.keys({ ...COUNTED, auroc: 1, prAuc: 1, brier: 1, ece: 1 }) as Resampled[];
  return Object.fromEntries(names.map((name) => [name, figures.map((one) => one[name])])) as unknown as Resamples;
}

/** Answers, highest score first. */
interface Rows {
  readonly group: Uint32Array;
  readonly groups: number;
  readonly truth: Uint8Array;
  readonly called: Uint8Array;
  /** 1 where the next answer has another score. */
  readonly last: Uint8Array;
  readonly score: Float64Array;
  readonly squared: Float64Array;
  readonly bin: Uint8Array;
}

function sortedRows({ scores, truth, groups }: Judged, cut: counted.Cut): Rows {
  const order = descending(scores);
  const numbers = new Map<string, number>();
  const numberOf = (name: string) => {
    const known = numbers.get(name);
    if (known !== undefined) return known;
    numbers.set(name, numbers.size);
    return numbers.size - 1;
  };
  const group = groups ? Uint32Array.from(groups, numberOf) : Uint32Array.from(scores, (_, i) => i);
  const score = Float64Array.from(order, (i) => scores[i] as number);
  const true_ = Uint8Array.from(order, (i) => truth[i] as number);
  return {
    group: Uint32Array.from(order, (i) => group[i] as number),
    groups: groups ? numbers.size : scores.length,
    truth: true_,
    called: Uint8Array.from(score, (value) => Number(counted.isPositive(value, cut))),
    last: Uint8Array.from(score, (value, i) => Number(score[i + 1] !== value)),
    score,
    squared: Float64Array.from(score, (value, i) => (value - (true_[i] as number)) ** 2),
    bin: Uint8Array.from(score, (value) => binOf(value, BINS)),
  };
}

/** @param times how often each group was drawn */
function figuresOf(rows: Rows, times: Uint32Array): Record<Resampled, number | null> {
  const { group, truth, called, last, score, squared, bin } = rows;
  const predicted = new Float64Array(BINS);
  const observed = new Float64Array(BINS);
  let tp = 0;
  let fp = 0;
  let calledTp = 0;
  let calledFp = 0;
  let won = 0;
  let precisions = 0;
  let tpBefore = 0;
  let fpBefore = 0;
  let distance = 0;
  for (let i = 0; i < group.length; i++) {
    const weight = times[group[i] as number] as number;
    if (weight > 0) {
      const at = bin[i] as number;
      predicted[at] = (predicted[at] as number) + weight * (score[i] as number);
      distance += weight * (squared[i] as number);
      if (truth[i]) {
        tp += weight;
        if (called[i]) calledTp += weight;
        observed[at] = (observed[at] as number) + weight;
      } else {
        fp += weight;
        if (called[i]) calledFp += weight;
      }
    }
    if (last[i]) {
      const tied = fp - fpBefore;
      const found = tp - tpBefore;
      won += tied * tpBefore + (tied * found) / 2;
      if (found > 0) precisions += (found * tp) / (tp + fp);
      tpBefore = tp;
      fpBefore = fp;
    }
  }
  const n = tp + fp;
  let gap = 0;
  for (let b = 0; b < BINS; b++) gap += Math.abs((observed[b] as number) - (predicted[b] as number));
  const counts = { tp: calledTp, fp: calledFp, tn: fp - calledFp, fn: tp - calledTp };
  const figures = Object.fromEntries(Object.entries(COUNTED).map(([name, figure]) => [name, figure(counts)]));
  return {
    ...(figures as Record<keyof typeof COUNTED, number | null>),
    auroc: tp > 0 && fp > 0 ? won / (tp * fp) : null,
    prAuc: tp > 0 ? precisions / tp : null,
    brier: n > 0 ? distance / n : null,
    ece: n > 0 ? gap / n : null,
  };
}
