import type { Meter } from '@streetvision/core';
import { canTrain } from './classes.js';
import { type FitContext, fitHead, probabilities } from './fit.js';
import { dealFolds, foldCount, partAt } from './folds.js';

/** What heads say of samples whose group they never saw. */
export interface HeldOut {
  readonly folds: number;
  /** Fold of each row. */
  readonly fold: readonly number[];
  /** `[rows, classes]`; NaN for rows of folds that could not be judged. */
  readonly probabilities: Float64Array;
  readonly perFold: readonly FoldFacts[];
}

export interface FoldFacts {
  readonly fold: number;
  readonly groups: readonly string[];
  readonly n: number;
  /** Inverse L2 penalty that was used; `null` where the head has none. */
  readonly c: number | null;
  /** `false` where the other groups lack a class, so that there is nothing to train. */
  readonly judged: boolean;
}

/**
 * Leaves out each part of the groups in turn, trains on the others exactly as the final head is trained, and judges the
 * part that was left out. `undefined` with fewer than two groups, or where no folds are wanted.
 */
export async function holdOut(
  ctx: FitContext,
  wanted: number | undefined,
  meter?: Pick<Meter, 'total' | 'step'>,
): Promise<HeldOut | undefined> {
  const { table, classes, settings } = ctx;
  const count = wanted === 0 ? 0 : foldCount(table.rows, wanted);
  if (count < 2) return undefined;
  const rows = [...table.rows.keys()];
  const fold = dealFolds(table.rows, count, settings.seed ?? 0);
  const width = classes.names.length;
  const all = new Float64Array(rows.length * width).fill(Number.NaN);
  const perFold: FoldFacts[] = [];
  meter?.total(count);
  for (let at = 0; at < count; at++) {
    ctx.signal.throwIfAborted();
    const { training, held } = partAt(rows, fold, at);
    const groups = [...new Set(held.map((i) => table.rows[i]?.group as string))];
    const judged = canTrain(
      training.map((i) => table.rows[i]?.label),
      classes.names,
    );
    let c: number | null = null;
    if (judged) {
      const { head, penalty } = await fitHead(ctx, training);
      c = penalty?.c ?? (settings.c === 'auto' ? null : settings.c);
      const said = await probabilities(head, table, held, width);
      for (const [i, row] of held.entries()) all.set(said.subarray(i * width, (i + 1) * width), row * width);
    }
    perFold.push({ fold: at, groups, n: held.length, c, judged });
    meter?.step();
  }
  return { folds: count, fold, probabilities: all, perFold };
}
