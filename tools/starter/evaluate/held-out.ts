import { type Matrix, select } from '../data/matrix.js';
import type { Sample } from '../data/samples.js';
import { type Linear, logisticPath, logits } from '../head/logistic.js';
import { balancedWeights } from '../head/weights.js';

/** One way to make a head: which columns of the embedding it sees, and how strongly it is held back. */
export interface Candidate {
  readonly name: string;
  /** @default all */
  readonly columns?: readonly number[];
  /** Multiplied by the number of columns. */
  readonly ridge: number;
}

/** Strengths that are tried, from the strongest. Few and far apart: twelve clips cannot tell more. */
export const RIDGES = [0.3, 0.1, 0.03, 0.01] as const;

export const allColumns: readonly Candidate[] = RIDGES.map((ridge) => ({ name: `ridge ${ridge}`, ridge }));

/** A head from the samples of some rows. */
export function fitHead(x: Matrix, samples: readonly Sample[], rows: readonly number[], candidate: Candidate): Linear {
  return headPath(x, samples, rows, candidate)(candidate.ridge);
}

/** The same for several ridges over the same columns, one after another. */
function headPath(x: Matrix, samples: readonly Sample[], rows: readonly number[], { columns }: Candidate) {
  const part = select(x, rows, columns);
  const chosen = rows.map((i) => samples[i] as Sample);
  const path = logisticPath(
    part,
    chosen.map((sample) => sample.positive),
    balancedWeights(chosen),
  );
  return (ridge: number) => path(ridge * part.columns);
}

/** Log-odds of every row of `rows`, each from a head that saw none of its group. */
export function leaveOneGroupOut(
  x: Matrix,
  samples: readonly Sample[],
  rows: readonly number[],
  head: (training: readonly number[]) => Candidate,
): Float64Array {
  const scores = new Float64Array(samples.length).fill(Number.NaN);
  for (const group of new Set(rows.map((i) => samples[i]?.group))) {
    const training = rows.filter((i) => samples[i]?.group !== group);
    const test = rows.filter((i) => samples[i]?.group === group);
    const candidate = head(training);
    const linear = fitHead(x, samples, training, candidate);
    logits(linear, select(x, test, candidate.columns)).forEach((z, i) => {
      scores[test[i] as number] = z;
    });
  }
  return scores;
}

/** The candidate with the least class- and group-balanced log loss when each group in turn is left out. */
export function choose(
  x: Matrix,
  samples: readonly Sample[],
  rows: readonly number[],
  candidates: readonly Candidate[],
): Candidate {
  const weights = balancedWeights(rows.map((i) => samples[i] as Sample));
  const losses = candidates.map(() => 0);
  for (const group of new Set(rows.map((i) => samples[i]?.group))) {
    const training = rows.filter((i) => samples[i]?.group !== group);
    const test = rows.flatMap((row, i) =>
      samples[row]?.group === group ? [{ row, weight: weights[i] as number }] : [],
    );
    let path: ReturnType<typeof headPath> | undefined;
    candidates.forEach((candidate, n) => {
      if (n === 0 || candidate.columns !== candidates[n - 1]?.columns) path = headPath(x, samples, training, candidate);
      const linear = (path as ReturnType<typeof headPath>)(candidate.ridge);
      const part = select(
        x,
        test.map(({ row }) => row),
        candidate.columns,
      );
      logits(linear, part).forEach((logit, i) => {
        const { row, weight } = test[i] as (typeof test)[number];
        const z = samples[row]?.positive ? -logit : logit;
        losses[n] = (losses[n] as number) + weight * (Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))));
      });
    });
  }
  const best = candidates[losses.indexOf(Math.min(...losses))];
  if (!best) throw new Error('There is no candidate to choose from.');
  return best;
}
