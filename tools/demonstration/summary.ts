import {
  balancedAccuracy,
  type Estimate,
  type Figures,
  figures,
  figuresByGroup,
  type GroupFigures,
  gain,
} from '../starter/evaluate/figures.js';
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
  const scores = answers.map(({ score }) => score);
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
      Object.entries(others).map(([other, theirs]) => {
        const their = theirs.map(({ score }) => score);
        // Both are resampled together, so that what is hard for both cancels out.
        return [other, gain(balancedAccuracy, scores, their, samples, rows)];
      }),
    ),
  };
}
