import type { Sample } from '../starter/data/samples.js';
import { bootstrap, type Estimate } from '../starter/evaluate/bootstrap.js';
import { type Figures, figures, figuresByGroup, type GroupFigures } from '../starter/evaluate/figures.js';
import { balancedAccuracy, confusion } from '../starter/evaluate/metrics.js';
import type { Answer } from './answer.js';

export interface Summary {
  readonly name: string;
  readonly figures: Figures;
  readonly byClip: readonly (GroupFigures & ClipCost)[];
  /** Share of pictures that stopped after each stage. */
  readonly exits: Readonly<Record<string, number>>;
  readonly meanMs: number;
  /** Balanced accuracy less that of the variant it is compared with, resampled by clip. */
  readonly against: Readonly<Record<string, Estimate>>;
}

/** What one clip took. */
export interface ClipCost {
  /** Share answered by the first stage. */
  readonly first: number;
  readonly meanMs: number;
}

/** Log-odds, as the figures take them; a score of exactly 0 or 1 stays finite. */
function logOdds({ score }: Answer): number {
  const p = Math.min(1 - 1e-9, Math.max(1e-9, score));
  return Math.log(p / (1 - p));
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * The figures of one variant.
 * @param others answers of other variants to the same pictures in the same order, to compare with
 */
export function summarise(
  name: string,
  answers: readonly Answer[],
  others: Readonly<Record<string, readonly Answer[]>>,
): Summary {
  const samples = answers.map(({ sample }) => sample);
  const rows = [...samples.keys()];
  const scores = answers.map(logOdds);
  const stages = [...new Set(answers.map(({ after }) => after))].sort();
  const share = (part: readonly Answer[], stage: string) =>
    part.filter(({ after }) => after === stage).length / part.length;
  return {
    name,
    figures: figures(scores, samples, rows),
    byClip: figuresByGroup(scores, samples, rows).map((clip) => {
      const mine = answers.filter(({ sample }) => sample.group === clip.group);
      return { ...clip, first: share(mine, 'starter'), meanMs: meanOf(mine.map(({ ms }) => ms)) };
    }),
    exits: Object.fromEntries(stages.map((stage) => [stage, share(answers, stage)])),
    meanMs: meanOf(answers.map(({ ms }) => ms)),
    against: Object.fromEntries(
      Object.entries(others).map(([other, theirs]) => [other, difference(samples, scores, theirs.map(logOdds))]),
    ),
  };
}

/** Both are resampled together, so that what is hard for both cancels out. */
function difference(samples: readonly Sample[], ours: readonly number[], theirs: readonly number[]): Estimate {
  const of = (scores: readonly number[], rows: readonly number[]) =>
    balancedAccuracy(
      confusion(
        rows.map((i) => scores[i] as number),
        rows.map((i) => samples[i]?.positive ?? false),
        0,
      ),
    );
  return bootstrap(
    samples.map(({ group }) => group),
    (rows) => of(ours, rows) - of(theirs, rows),
  );
}
