import type { HeadWeights, TrainedHead } from '../heads/index.js';
import { canTrain } from './classes.js';
import { type FitContext, probabilities } from './fit.js';
import { dealFolds, foldCount, partAt } from './folds.js';
import { groupWeights, type Row } from './table.js';

/** An L2 penalty that was chosen among several. */
export interface Penalty {
  /** Its inverse, as the head is trained with it. */
  readonly c: number;
  /** Log loss on groups that were left out, classes and groups balanced; the strongest penalty first. */
  readonly tried: readonly { readonly c: number; readonly logLoss: number }[];
}

// Penalty per feature and sample: standardised features have a squared length of about their number, so these mean the
// same for 10 features as for 2,048. Few and far apart: groups are seldom enough to tell more.
const STRENGTHS = [1, 0.3, 0.1, 0.03, 0.01, 0.001, 0.0001];

/** Parts that the groups are dealt to, and how many of them are held out in turn: fewer for more numbers in the features. */
function partsFor(numbers: number, wanted: number): { deal: number; hold: number } {
  if (numbers <= 200_000) return { deal: wanted, hold: wanted };
  return numbers <= 4_000_000 ? { deal: 3, hold: 3 } : { deal: 4, hold: 1 };
}

/**
 * The L2 penalty with the least log loss on groups that are left out in turn. Goes from strong to weak, and stops when
 * it has become worse twice. Where groups are too few to leave any out, a middling one.
 */
export async function choosePenalty(
  { table, classes, settings, groups, folds, signal }: FitContext,
  rows: readonly number[],
  fit: (rows: readonly number[], c: number, from: HeadWeights | undefined) => Promise<TrainedHead>,
): Promise<Penalty> {
  const { dimension } = table;
  const all = rows.map((i) => table.rows[i] as Row);
  const inverse = (strength: number, count: number) => 1 / (strength * dimension * count);
  const { deal, hold } = partsFor(rows.length * dimension, Math.max(2, folds));
  const count = foldCount(all, deal);
  const complete = (part: readonly number[]) =>
    canTrain(
      part.map((i) => table.rows[i]?.label),
      classes.names,
    );
  const dealt = count < 2 ? [] : dealFolds(all, count, settings.seed ?? 0);
  const parts = Array.from({ length: count }, (_, fold) => partAt(rows, dealt, fold))
    .filter(({ training, held }) => held.length > 0 && complete(training))
    .slice(0, hold);
  if (parts.length === 0) return { c: inverse(0.03, rows.length), tried: [] };

  const shares = balanced(all, groups);
  const weights = new Map(rows.map((row, i) => [row, shares[i] as number]));
  // The head of one penalty is where the next, weaker one starts.
  const last = new Map<readonly number[], HeadWeights>();
  const tried: { c: number; logLoss: number }[] = [];
  let best = { strength: 0.03, loss: Number.POSITIVE_INFINITY };
  let worse = 0;
  for (const strength of STRENGTHS) {
    let loss = 0;
    let weight = 0;
    for (const { training, held } of parts) {
      signal.throwIfAborted();
      const head = await fit(training, inverse(strength, training.length), last.get(training));
      last.set(training, head.weights);
      const judged = await probabilities(head, table, held, classes.names.length);
      for (const [i, row] of held.entries()) {
        const label = classes.names.indexOf((table.rows[row] as Row).label);
        const p = judged[i * classes.names.length + label] as number;
        const counts = weights.get(row) as number;
        loss -= counts * Math.log(Math.max(p, 1e-15));
        weight += counts;
      }
    }
    tried.push({ c: inverse(strength, rows.length), logLoss: loss / weight });
    worse = loss / weight < best.loss ? 0 : worse + 1;
    if (worse === 0) best = { strength, loss: loss / weight };
    if (worse === 2) break;
  }
  return { c: inverse(best.strength, rows.length), tried };
}

/** Classes count the same, groups as they do in training. */
function balanced(rows: readonly Row[], groups: FitContext['groups']): Float64Array {
  const weights = groups === 'samples' ? new Float32Array(rows.length).fill(1) : groupWeights(rows, groups);
  const sizes = new Map<string, number>();
  for (const { label } of rows) sizes.set(label, (sizes.get(label) ?? 0) + 1);
  return Float64Array.from(rows, ({ label }, i) => (weights[i] as number) / (sizes.get(label) as number));
}
