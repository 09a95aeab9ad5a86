import { type Matrix, select } from '../data/matrix.js';
import type { Sample } from '../data/samples.js';
import { fitLogistic, type Linear, logits } from '../head/logistic.js';
import { balancedWeights } from '../head/weights.js';

/** One way to make a head: which columns of the embedding it sees, and how strongly it is held back. */
export interface Candidate {
  readonly name: string;
  /** @default all */
  readonly columns?: readonly number[];
  /** Multiplied by the number of columns. */
  readonly ridge: number;
}

/** Strengths that are tried. Few and far apart: twelve clips cannot tell more. */
export const RIDGES = [0.01, 0.03, 0.1, 0.3] as const;

export const allColumns: readonly Candidate[] = RIDGES.map((ridge) => ({ name: `ridge ${ridge}`, ridge }));

export function fitHead(x: Matrix, samples: readonly Sample[], rows: readonly number[], candidate: Candidate): Linear {
  const part = select(x, rows, candidate.columns);
  const chosen = rows.map((i) => samples[i] as Sample);
  const positive = chosen.map((sample) => sample.positive);
  return fitLogistic(part, positive, balancedWeights(chosen), candidate.ridge * part.columns);
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
  let best: { candidate: Candidate; loss: number } | undefined;
  for (const candidate of candidates) {
    const scores = leaveOneGroupOut(x, samples, rows, () => candidate);
    const loss = rows.reduce((sum, row, i) => {
      const z = (samples[row]?.positive ? -1 : 1) * (scores[row] as number);
      return sum + (weights[i] as number) * (Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))));
    }, 0);
    if (!best || loss < best.loss) best = { candidate, loss };
  }
  if (!best) throw new Error('There is no candidate to choose from.');
  return best.candidate;
}
