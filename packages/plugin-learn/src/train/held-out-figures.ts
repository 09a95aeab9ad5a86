import * as metrics from '../metrics/index.js';
import type { Classes } from './classes.js';
import { type Estimate, figuresBy, figuresOf, type JudgedRows, judgedOf, part } from './figures.js';
import type { HeldOut } from './held-out.js';
import type { HeldOutFigures } from './run.js';
import { type Row, tally } from './table.js';

export interface HeldOutContext {
  readonly rows: readonly Row[];
  readonly heldOut: HeldOut;
  readonly classes: Classes;
  /** Rows that count: with an earlier head only those it has not seen either. */
  readonly honest: readonly number[];
  readonly estimate: Estimate;
}

/** What the folds come to; `null` where no fold could be judged. */
export function heldOutFigures({ rows, heldOut, classes, honest, estimate }: HeldOutContext): HeldOutFigures | null {
  const width = classes.names.length;
  const answered = honest.filter((i) => !Number.isNaN(heldOut.probabilities[i * width]));
  if (answered.length === 0) return null;
  const judged = part({ rows, probabilities: heldOut.probabilities, classes }, answered);
  const origins = { new: [] as number[], replayed: [] as number[] };
  for (const [i, row] of answered.entries()) origins[rows[row]?.replayed ? 'replayed' : 'new'].push(i);
  const summary = (chosen: readonly number[]) => metrics.summarise(judgedOf(part(judged, chosen) as JudgedRows));
  return {
    ...figuresOf(judged, estimate),
    folds: heldOut.folds,
    notJudged: honest.length - answered.length,
    perFold: heldOut.perFold,
    byGroup: figuresBy(part(judged, shared(judged.rows)), 'group'),
    bySource: figuresBy(judged, 'source'),
    ...(origins.replayed.length > 0 && {
      byOrigin: { new: summary(origins.new), replayed: summary(origins.replayed) },
    }),
  };
}

/** Rows whose group has others: a table of single pictures says nothing. */
function shared(rows: JudgedRows['rows']): number[] {
  const sizes = tally(rows.map(({ group }) => group));
  return [...rows.keys()].filter((i) => (sizes.get((rows[i] as Row).group) as number) > 1);
}

/**
 * What `data.jsonl` says of a row beside what it is: its fold, and what the head that never saw its group said. A row
 * that an earlier head has seen gets none: training went on from that head in every fold.
 */
export function heldOutOf(
  heldOut: HeldOut | undefined,
  row: number,
  { names, positive }: Classes,
  honest: ReadonlySet<number>,
): { fold?: number; heldOut?: number | null } {
  if (!heldOut) return {};
  const p = heldOut.probabilities[row * names.length + names.indexOf(positive)] as number;
  return { fold: heldOut.fold[row] as number, heldOut: Number.isNaN(p) || !honest.has(row) ? null : p };
}
