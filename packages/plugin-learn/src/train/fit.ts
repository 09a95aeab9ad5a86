import type { LoadContext } from '@streetvision/core';
import { gather } from '../features/compute.js';
import { type HeadOptions, type HeadWeights, type TrainedHead, trainHead } from '../heads/index.js';
import type { Classes } from './classes.js';
import { stoppingPart } from './folds.js';
import { type HeadSettings, isPenalised } from './options.js';
import { choosePenalty, type Penalty } from './penalty.js';
import { featureSet, type Table, type Weighing } from './table.js';

/** What every head of one training is made from. */
export interface FitContext {
  readonly table: Table;
  readonly classes: Classes;
  readonly settings: HeadSettings;
  readonly groups: Weighing['groups'];
  /** Folds for choosing the penalty. */
  readonly folds: number;
  /** Weights of an earlier head, where training starts. */
  readonly from?: HeadWeights | undefined;
  readonly signal: AbortSignal;
  /** Opens the graphs that training and judging run in. */
  readonly open: LoadContext['open'];
}

export interface Fitted {
  readonly head: TrainedHead;
  /** How the L2 penalty was chosen; `null` where it was given, or where the head has none. */
  readonly penalty: Penalty | null;
  /** Rows that were kept aside to tell when to stop. */
  readonly stopping: readonly number[];
}

/**
 * One head from some rows of the table, every choice made on these rows alone: the penalty of `logistic` and `svm`, and
 * when `linear` and `mlp` stop.
 */
export async function fitHead(ctx: FitContext, rows: readonly number[]): Promise<Fitted> {
  const { table, classes, settings, groups } = ctx;
  const { c, ...rest } = settings;
  const weighing: Weighing = { classes: classes.names, groups };
  const set = (part: readonly number[]) => featureSet(table, part, weighing);
  const fit = (part: readonly number[], options: HeadOptions, held?: readonly number[], from = ctx.from) =>
    trainHead(set(part), held && set(held), options, {
      classes: classes.names.length,
      signal: ctx.signal,
      open: ctx.open,
      ...(from && { from }),
    });
  if (isPenalised(settings)) {
    const penalty =
      c === 'auto'
        ? await choosePenalty(ctx, rows, (part, c, from) => fit(part, { ...rest, c }, undefined, from))
        : null;
    const head = await fit(rows, { ...rest, c: penalty?.c ?? (c as number) });
    return { head, penalty, stopping: [] };
  }
  const parted = stoppingPart(table.rows, rows, settings.seed ?? 0);
  const head = await fit(parted?.training ?? rows, rest, parted?.held);
  return { head, penalty: null, stopping: parted?.held ?? [] };
}

/** `[rows, classes]`, whatever the head answers. */
export async function probabilities(
  head: Pick<TrainedHead, 'predict'>,
  { features, dimension }: Pick<Table, 'features' | 'dimension'>,
  rows: readonly number[],
  classes: number,
): Promise<Float64Array> {
  const out = await head.predict(gather(features, dimension, rows));
  if (out.length === rows.length * classes) return out;
  // Of two classes the head answers the second.
  return Float64Array.from({ length: rows.length * 2 }, (_, i) => {
    const p = out[i >> 1] as number;
    return i % 2 === 1 ? p : 1 - p;
  });
}
