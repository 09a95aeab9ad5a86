import { type Stack, SvError, splitByGroup, stackScore } from '@streetvision/core';
import { type Metrics, summarise } from '../metrics/index.js';
import type { Recording } from '../recording/types.js';
import { answered, rowsOf, type ScoreMatrix, scoreMatrix } from './score-matrix.js';
import type { Settings, StackOptions, Weights } from './types.js';
import { fitWeights } from './weights.js';

/** Of the stack, of the plain mean of log-odds, and of each stage where it answered. */
export interface StackFigures {
  readonly folds: number;
  readonly stack: Metrics;
  readonly logOdds: Metrics;
  readonly stages: Readonly<Record<string, Metrics>>;
}

/** A stack with its figures typed. */
export type FittedStack = Stack & { readonly heldOut: StackFigures & Readonly<Record<string, unknown>> };

/**
 * Learns how much each stage of an ensemble counts. The figures are cross-fitted: whole groups are left out in turn, and
 * each sample is judged by weights that saw nothing of its group. The weights that are returned saw all of them.
 * Throws `SV_TRAIN_DATA` for one class, fewer than two groups or stages, `SV_TRAIN_OPTIONS`.
 *
 * @param answers a recording of a cascade in which the stages run side by side, or its scores. The heads must not have
 *   been trained on these samples.
 * @example
 * const stack = fitStack(await readRecording('recording.jsonl'), { method: 'logistic' });
 * await writeStack('stack.json', stack);
 */
export function fitStack(answers: Recording | ScoreMatrix, options: StackOptions = {}): FittedStack {
  const settings = settle(options);
  const all = 'frames' in answers ? scoreMatrix(answers) : answers;
  const matrix = answered(all);
  const groups = new Set(matrix.groups).size;
  check(matrix, groups);
  const fitted = fitWeights(matrix, settings);
  return {
    version: 1,
    kind: 'stack',
    ...fitted,
    n: matrix.truth.length,
    groups,
    data: matrix.data,
    heldOut: { ...figures(matrix, settings, groups), unanswered: all.truth.length - matrix.truth.length },
  };
}

function settle(options: StackOptions): Settings {
  const { method = 'softmax', folds = 5, c = 1, seed = 0 } = options;
  const space = options.space ?? 'logOdds';
  const wrong = !['softmax', 'logistic'].includes(method)
    ? `\`method\` is ${method}, expected softmax or logistic`
    : !['logOdds', 'probability'].includes(space) || (method === 'logistic' && space !== 'logOdds')
      ? `\`space\` is ${space}, expected logOdds${method === 'softmax' ? ' or probability' : ': logistic weights are on log-odds'}`
      : !(Number.isInteger(folds) && folds >= 2)
        ? `\`folds\` is ${folds}, expected a whole number from 2`
        : !(Number.isFinite(c) && c > 0)
          ? `\`c\` is ${c}, expected a number above 0`
          : undefined;
  if (wrong) throw new SvError('SV_TRAIN_OPTIONS', `${wrong}.`);
  return { method, space, folds, c, seed };
}

function check({ stages, truth }: ScoreMatrix, groups: number): void {
  const positives = truth.reduce((sum, y) => sum + y, 0);
  const wrong =
    stages.length < 2
      ? `${stages.length} stage, expected at least two`
      : positives === 0 || positives === truth.length
        ? `${truth.length} samples, all of one class`
        : groups < 2
          ? `samples of ${groups} group, expected at least two to leave one out`
          : undefined;
  if (wrong) throw new SvError('SV_TRAIN_DATA', `An ensemble cannot be learned from ${wrong}.`);
}

function figures(matrix: ScoreMatrix, settings: Settings, groups: number): StackFigures {
  const folds = Math.min(settings.folds, groups);
  const parts = splitByGroup(
    matrix.groups.map((group, i) => ({ group, label: String(matrix.truth[i]) })),
    { parts: Object.fromEntries(Array.from({ length: folds }, (_, i) => [`part ${i + 1}`, 1])), seed: settings.seed },
  );
  const scores = new Float64Array(matrix.truth.length);
  for (const part of new Set(parts)) {
    const rows = (inside: boolean) => parts.flatMap((name, i) => ((name === part) === inside ? [i] : []));
    const rest = rowsOf(matrix, rows(false));
    const weights = fitWeights(rest, settings);
    for (const i of rows(true)) scores[i] = scoreOf(weights, matrix, i);
  }
  const { truth } = matrix;
  const mean: Weights = {
    method: 'softmax',
    space: 'logOdds',
    intercept: 0,
    stages: matrix.stages.map(({ stage, sha256 }) => ({ stage, sha256, weight: 1 / matrix.stages.length })),
  };
  return {
    folds,
    stack: summarise({ scores, truth }),
    logOdds: summarise({ scores: truth.map((_, i) => scoreOf(mean, matrix, i)), truth }),
    stages: Object.fromEntries(
      matrix.stages.map(({ stage }, s) => {
        const rows = matrix.scores.flatMap((row, i) => (row[s] === undefined ? [] : [i]));
        const judged = {
          scores: rows.map((i) => matrix.scores[i]?.[s] as number),
          truth: rows.map((i) => truth[i] as number),
        };
        return [stage, summarise(judged)];
      }),
    ),
  };
}

// Samples that nobody answered for were left out before.
const scoreOf = (weights: Weights, matrix: ScoreMatrix, i: number): number =>
  stackScore(weights, matrix.scores[i] as ScoreMatrix['scores'][number]) as number;
