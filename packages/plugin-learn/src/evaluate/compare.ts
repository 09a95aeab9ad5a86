import { readFile } from 'node:fs/promises';
import { SvError } from '@streetvision/core';
import { z } from 'zod';
import type { Interval } from '../metrics/types.js';
import { mcnemarExact } from '../statistics/index.js';
import { isGrouped } from './answer.js';
import { differencesOf, type Resampled, type Side, STATISTICS, usualResamples } from './intervals.js';
import type { Evaluation, JudgedAnswer } from './types.js';

/** A figure of two evaluations, over the pictures that both answered. */
export interface Difference {
  readonly metric: Resampled;
  readonly first: number | null;
  readonly second: number | null;
  /** `first − second`, with its interval and how likely so large a one is where both are equally good; `null` where it is not defined. */
  readonly difference: number | null;
  readonly interval: Interval | null;
  readonly pValue: number | null;
}

/** Two evaluations side by side. */
export interface EvaluationComparison {
  readonly first: string;
  readonly second: string;
  /** Pictures that both answered; figures are over these alone. */
  readonly common: number;
  readonly onlyFirst: number;
  readonly onlySecond: number;
  readonly mcnemar: { readonly onlyFirst: number; readonly onlySecond: number; readonly pValue: number };
  readonly differences: readonly Difference[];
  /** Mean milliseconds of an answer. */
  readonly ms: { readonly first: number; readonly second: number };
}

const METRICS: readonly Resampled[] = ['accuracy', 'balancedAccuracy', 'mcc', 'f1', 'auroc', 'brier', 'ece'];

type Compared = Pick<Evaluation, 'threshold' | 'answers' | 'data'>;

/**
 * Compares two evaluations on the pictures that both answered: McNemar's exact test on right and wrong, a paired
 * bootstrap on the figures; whole groups are drawn. Throws `SV_RUN_INVALID` where they share no picture, or disagree on
 * what is true of one.
 */
export function compareEvaluations(
  first: Compared,
  second: Compared,
  options: { readonly resamples?: number; readonly seed?: number; readonly names?: readonly [string, string] } = {},
): EvaluationComparison {
  const { seed = 0, names = ['this', 'the other'] } = options;
  const others = new Map(second.answers.map((answer) => [answer.id, answer]));
  const pairs = first.answers.flatMap((a): [JudgedAnswer, JudgedAnswer][] => {
    const b = others.get(a.id);
    return b ? [[a, b]] : [];
  });
  const parted = pairs.find(([a, b]) => a.positive !== b.positive);
  if (pairs.length === 0 || parted) {
    const what = parted
      ? `disagree on \`${parted[0].id}\`: ${parted[0].truth} and ${parted[1].truth}`
      : 'have no picture in common';
    throw new SvError('SV_RUN_INVALID', `The two evaluations ${what}.`, {
      fix: 'Compare evaluations of the same data.',
    });
  }
  const resamples = options.resamples ?? usualResamples(pairs.length);
  const onlyFirst = pairs.filter(([a, b]) => a.correct && !b.correct).length;
  const onlySecond = pairs.filter(([a, b]) => !a.correct && b.correct).length;
  const sides = ([0, 1] as const).map((side) => pairs.map((pair) => pair[side]));
  const [ours, theirs] = sides as [JudgedAnswer[], JudgedAnswer[]];
  // Each side decides at its own threshold.
  const a = sideOf(ours, first.threshold);
  const b = sideOf(theirs, second.threshold);
  const drawn = differencesOf(a, b, { resamples, seed });
  const differences = METRICS.map((metric): Difference => {
    const found = drawn[metric];
    return {
      metric,
      first: STATISTICS[metric](a.cut)(a.judged),
      second: STATISTICS[metric](b.cut)(b.judged),
      difference: found?.estimate ?? null,
      interval: found ? { low: found.low, high: found.high } : null,
      pValue: found?.pValue ?? null,
    };
  });
  const meanMs = (answers: readonly JudgedAnswer[]) => answers.reduce((sum, { ms }) => sum + ms, 0) / answers.length;
  return {
    first: names[0],
    second: names[1],
    common: pairs.length,
    onlyFirst: first.answers.length - pairs.length,
    onlySecond: second.answers.length - pairs.length,
    mcnemar: { onlyFirst, onlySecond, pValue: mcnemarExact(onlyFirst, onlySecond) },
    differences,
    ms: { first: meanMs(ours), second: meanMs(theirs) },
  };
}

function sideOf(answers: readonly JudgedAnswer[], threshold: number): Side {
  const groups = answers.map(({ group }) => group);
  return {
    judged: {
      scores: Float64Array.from(answers, ({ score }) => score),
      truth: Uint8Array.from(answers, ({ positive }) => positive),
      ...(isGrouped(groups) ? { groups } : {}),
    },
    cut: { threshold },
  };
}

const written = z.looseObject({
  version: z.literal(1),
  threshold: z.number(),
  data: z.looseObject({ name: z.string(), split: z.string().nullable() }),
  answers: z.array(
    z.looseObject({
      id: z.string(),
      truth: z.string(),
      positive: z.union([z.literal(0), z.literal(1)]),
      score: z.number().min(0).max(1),
      correct: z.boolean(),
      ms: z.number(),
      group: z.string(),
    }),
  ),
});

/** Reads what `sv eval --json` wrote. Throws `SV_RUN_INVALID`. */
export async function readEvaluation(file: string): Promise<Evaluation> {
  try {
    return written.parse(JSON.parse(await readFile(file, 'utf8'))) as unknown as Evaluation;
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause).split('\n').join(' ') : (cause as Error).message;
    throw new SvError('SV_RUN_INVALID', `${file} is not what \`sv eval --json\` writes: ${why}.`, {
      fix: 'Run sv eval --json on it again.',
      cause,
    });
  }
}
