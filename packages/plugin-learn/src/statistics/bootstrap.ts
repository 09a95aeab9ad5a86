import { createRandom, type Random, SvError } from '@streetvision/core';
import type { Interval, Judged } from '../metrics/types.js';

/** A figure of judged scores, such as `auroc`; `null` where it is not defined. */
export type Statistic = (judged: Judged) => number | null;

export interface BootstrapOptions {
  /** @default 1000 */
  readonly resamples?: number;
  /** @default 0 */
  readonly seed?: number;
  /** In (0, 1). @default 0.95 */
  readonly confidence?: number;
}

export interface BootstrapInterval extends Interval {
  /** On the data itself. */
  readonly estimate: number;
  /** Resamples on which the figure was defined. */
  readonly resamples: number;
}

export interface PairedBootstrap extends BootstrapInterval {
  /** Two-sided: how often a resample says the opposite, twice. */
  readonly pValue: number;
}

/**
 * Percentile interval of a figure: samples are drawn again with replacement, whole groups where there are groups.
 * `null` where the figure is not defined on the data, or on fewer than half of the resamples.
 *
 * @example bootstrap(judged, auroc, { seed: 1 }) // { estimate: 0.91, low: 0.88, high: 0.94, resamples: 1000 }
 */
export function bootstrap(
  judged: Judged,
  statistic: Statistic,
  options: BootstrapOptions = {},
): BootstrapInterval | null {
  return percentiles(
    statistic(judged),
    resample(judged, options, (rows) => statistic(take(judged, rows))),
    options,
  );
}

/**
 * The same for the difference of two answers to the same samples, `statistic(first) − statistic(second)`: both are
 * drawn together. Groups are those of `first`. Throws `SV_TRAIN_DATA`.
 */
export function pairedBootstrap(
  first: Judged,
  second: Judged,
  statistic: Statistic,
  options: BootstrapOptions = {},
): PairedBootstrap | null {
  if (first.scores.length !== second.scores.length) {
    throw new SvError('SV_TRAIN_DATA', `Received ${first.scores.length} and ${second.scores.length} answers.`, {
      fix: 'Compare answers to the same samples, in the same order.',
    });
  }
  const minus = (a: number | null, b: number | null) => (a === null || b === null ? null : a - b);
  const drawn = resample(first, options, (rows) => minus(statistic(take(first, rows)), statistic(take(second, rows))));
  return pairedPercentiles(minus(statistic(first), statistic(second)), drawn, options);
}

/** The interval of a difference, and its p-value, from what resamples say of it. */
export function pairedPercentiles(
  estimate: number | null,
  drawn: readonly (number | null)[],
  options: Pick<BootstrapOptions, 'confidence'>,
): PairedBootstrap | null {
  const interval = percentiles(estimate, drawn, options);
  if (!interval) return null;
  const below = drawn.filter((value) => value !== null && value <= 0).length;
  const above = drawn.filter((value) => value !== null && value >= 0).length;
  const pValue = Math.min(1, (2 * (Math.min(below, above) + 1)) / (interval.resamples + 1));
  return { ...interval, pValue };
}

function resample(
  { scores, groups }: Judged,
  { resamples = 1_000, seed = 0 }: BootstrapOptions,
  figure: (rows: Uint32Array) => number | null,
): (number | null)[] {
  const members = groups ? membersOf(groups) : undefined;
  const random = createRandom(seed).fork('bootstrap');
  return Array.from({ length: resamples }, () =>
    figure(members ? drawGroups(members, random) : drawRows(scores.length, random)),
  );
}

const drawRows = (n: number, random: Random) => Uint32Array.from({ length: n }, () => random.below(n));

const drawGroups = (members: readonly (readonly number[])[], random: Random) =>
  Uint32Array.from(members.flatMap(() => members[random.below(members.length)] as number[]));

function membersOf(groups: readonly string[]): number[][] {
  const members = new Map<string, number[]>();
  for (const [i, group] of groups.entries()) {
    const known = members.get(group);
    if (known) known.push(i);
    else members.set(group, [i]);
  }
  return [...members.values()];
}

function take({ scores, truth }: Judged, rows: Uint32Array): Judged {
  return {
    scores: Float64Array.from(rows, (i) => scores[i] as number),
    truth: Uint8Array.from(rows, (i) => truth[i] as number),
  };
}

/** The interval of a figure from what resamples say of it; `null` as {@link bootstrap} has it. */
export function percentiles(
  estimate: number | null,
  drawn: readonly (number | null)[],
  { confidence = 0.95 }: Pick<BootstrapOptions, 'confidence'>,
): BootstrapInterval | null {
  const known = drawn.filter((value) => value !== null).sort((a, b) => a - b);
  if (estimate === null || known.length === 0 || known.length * 2 < drawn.length) return null;
  const tail = (1 - confidence) / 2;
  return { estimate, low: quantile(known, tail), high: quantile(known, 1 - tail), resamples: known.length };
}

/** Quantile of sorted values, linear between neighbours. */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  const at = (sorted.length - 1) * q;
  const low = sorted[Math.floor(at)] as number;
  const high = sorted[Math.ceil(at)] as number;
  return low + (high - low) * (at - Math.floor(at));
}
