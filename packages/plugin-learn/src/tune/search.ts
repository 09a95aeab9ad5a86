import type { Random } from '@streetvision/core';
import { accuracy, balancedAccuracy, type Confusion, type Cut, mcc } from '../metrics/index.js';
import type { Bounds, WhatIfTable } from './table.js';
import { type Tried, tryWindows } from './try.js';
import type { TuneMetric } from './types.js';

/** A set of windows and what it came to. */
export interface Found {
  readonly windows: readonly (Bounds | undefined)[];
  readonly value: number;
  readonly tried: Tried;
}

export interface SearchContext {
  readonly table: WhatIfTable;
  /** Steps that may have a window. */
  readonly free: readonly boolean[];
  /** Windows of the other steps. */
  readonly fixed: readonly (Bounds | undefined)[];
  readonly cut: Cut;
  readonly metric: TuneMetric;
  readonly budget: { readonly ms: number; readonly price: number };
  readonly random: Random;
}

const METRICS: Record<TuneMetric, (counts: Confusion) => number | null> = { accuracy, balancedAccuracy, mcc };

/**
 * Looks for the windows of the best cascade within the budget: none and all first, then drawn from the scores that
 * occur, then small moves of the best. `undefined` where nothing tried keeps within the budget.
 */
export function searchWindows(ctx: SearchContext, tries: number): Found | undefined {
  const { free, fixed, random, cut } = ctx;
  const { threshold = 0.5 } = cut;
  const levels = free.map((yes, step) => (yes ? levelsOf(ctx.table, step, threshold) : undefined));
  let best: Found | undefined;
  const consider = (windows: readonly (Bounds | undefined)[]) => {
    const found = judge(ctx, windows);
    if (found && (!best || isBetter(found, best))) best = found;
  };
  const all = (bounds: Bounds) => fixed.map((window, step) => (free[step] ? bounds : window));
  consider(all([0, 1]));
  consider(all([threshold, threshold]));
  // Symmetric ones answer most questions by themselves.
  for (let i = 1; i < 20; i++)
    consider(all(rounded([threshold * (1 - i / 20), threshold + ((1 - threshold) * i) / 20])));
  const drawn = Math.max(0, Math.round((tries - 21) * 0.6));
  for (let i = 0; i < drawn; i++) {
    consider(fixed.map((window, step) => (levels[step] ? draw(levels[step], random) : window)));
  }
  for (let i = drawn + 21; i < tries; i++) {
    const from: readonly (Bounds | undefined)[] = best?.windows ?? fixed;
    const moved = random.below(Math.max(1, free.filter(Boolean).length));
    let at = -1;
    consider(
      fixed.map((window, step) => {
        const known = levels[step];
        if (!known) return window;
        at++;
        const now = from[step];
        return at === moved || !now ? near(now ?? [0, 1], known, random) : now;
      }),
    );
  }
  return best;
}

function judge(ctx: SearchContext, windows: readonly (Bounds | undefined)[]): Found | undefined {
  const tried = tryWindows(ctx.table, windows, ctx.cut);
  const value = METRICS[ctx.metric](withFailures(tried));
  const { ms, price } = ctx.budget;
  if (value === null || tried.answered === 0 || tried.ms > ms || tried.price > price) return undefined;
  return { windows, value, tried };
}

/** Frames without an answer are wrong answers: else failing would pay. */
export function withFailures({ counts: { tp, fp, tn, fn }, lost }: Pick<Tried, 'counts' | 'lost'>): Confusion {
  return { tp, fp: fp + lost.negatives, tn, fn: fn + lost.positives };
}

/** Of equally good ones the cheaper, then the faster. */
const isBetter = (a: Found, b: Found) =>
  a.value > b.value + 1e-12 ||
  (Math.abs(a.value - b.value) <= 1e-12 &&
    (a.tried.price < b.tried.price || (a.tried.price === b.tried.price && a.tried.ms < b.tried.ms)));

interface Levels {
  /** Below or at the threshold, rising. */
  readonly low: readonly number[];
  /** At or above it, rising. */
  readonly high: readonly number[];
}

/** Bounds lie halfway between scores that occur: no picture sits on one. */
function levelsOf({ scores, steps }: WhatIfTable, step: number, threshold: number): Levels {
  const found = new Set<number>();
  for (let at = step; at < scores.length; at += steps) {
    const score = scores[at] as number;
    if (!Number.isNaN(score)) found.add(score);
  }
  const sorted = Float64Array.from(found).sort();
  const between = Array.from(sorted, (score, i) => round((score + (sorted[i + 1] ?? 1)) / 2));
  return {
    low: [0, ...between.filter((bound) => bound <= threshold)],
    high: [...between.filter((bound) => bound >= threshold), 1],
  };
}

const pick = (values: readonly number[], random: Random) => values[random.below(values.length)] as number;

const draw = ({ low, high }: Levels, random: Random): Bounds => [pick(low, random), pick(high, random)];

/** A few levels away, on one side or both. */
function near([low, high]: Bounds, levels: Levels, random: Random): Bounds {
  const move = (value: number, values: readonly number[]) => {
    const at = values.findIndex((level) => level >= value);
    const reach = Math.max(1, Math.round(values.length * 0.1));
    const to = (at < 0 ? values.length - 1 : at) + random.below(2 * reach + 1) - reach;
    return values[Math.min(values.length - 1, Math.max(0, to))] as number;
  };
  const side = random.below(3);
  return [side === 1 ? low : move(low, levels.low), side === 0 ? high : move(high, levels.high)];
}

const rounded = ([low, high]: Bounds): Bounds => [round(low), round(high)];
const round = (value: number) => Math.round(value * 10_000) / 10_000;
