import { SvError } from '../../errors/sv-error.js';
import type { Evidence, FuseRule, Task, Verdict } from '../../types/index.js';
import { lastStep, spoken } from './runs.js';

/** Which answers are fused: those of this step, or all so far. */
export interface FuseOptions {
  /** @default 'step' */
  readonly over?: 'step' | 'all';
}

/** Makes one probability of several; weights are positive and as many as the values. */
type Combine = (values: readonly number[], weights: readonly number[]) => number;

/** The arithmetic mean of the scores. What a step does when it says nothing. */
export const mean = (options: FuseOptions = {}): FuseRule => fuseWith(weightedMean, pick(options));

/** The highest score: one convinced stage is enough. */
export const max = (options: FuseOptions = {}): FuseRule => fuseWith((values) => Math.max(...values), pick(options));

/**
 * The mean of the log-odds, that is the normalised geometric mean of the odds (logarithmic opinion pool, Genest & Zidek 1986).
 * A stage that is sure weighs more than under `mean`. Scores are kept 1e-6 away from 0 and 1, so that none decides alone.
 */
export const logOdds = (options: FuseOptions = {}): FuseRule => fuseWith(pooledLogOdds, pick(options));

/**
 * The weighted mean over the stages named, of this step and of earlier ones; stages without a weight are left out.
 *
 * @param weights per stage name, each > 0; they need not sum to 1
 * @example `{ run: ['rf-detr', 'yolo'], fuse: weighted({ dinov3: 1, 'rf-detr': 3, yolo: 2 }) }`
 */
export function weighted(weights: Readonly<Record<string, number>>): FuseRule {
  const wrong = Object.entries(weights).find(([, weight]) => !(weight > 0 && Number.isFinite(weight)));
  if (wrong || Object.keys(weights).length === 0) {
    throw new SvError(
      'SV_CONFIG_INVALID',
      `weighted(${JSON.stringify(weights)}): expected a positive number for each stage${wrong ? `, got ${wrong[1]} for ${wrong[0]}` : ''}.`,
      { fix: 'Leave a stage out to ignore it.' },
    );
  }
  const weightOf = (stage: string) => weights[stage] ?? 0;
  const choose = (evidence: Evidence) => spoken(evidence).filter((run) => weightOf(run.stage) > 0);
  // Said on the rule, so that a name that no plugin brings is found at load and not left out in silence.
  return Object.assign(fuseWith(weightedMean, choose, weightOf), { stages: Object.keys(weights) });
}

const pick =
  ({ over = 'step' }: FuseOptions) =>
  (evidence: Evidence) =>
    over === 'step' ? lastStep(evidence) : spoken(evidence);

function fuseWith(
  combine: Combine,
  choose: (evidence: Evidence) => Evidence,
  weightOf = (_stage: string) => 1,
): FuseRule {
  return (verdict, evidence, { task }) => {
    const runs = choose(evidence);
    if (runs.length === 0) return verdict;
    const weights = runs.map((run) => weightOf(run.stage));
    const boxes = runs.flatMap((run) => run.output.boxes ?? []);
    // Spread last: Node 20 makes an object that begins with a spread outlive its frame.
    return { boxes, ...beliefOf(runs, weights, combine, task) };
  };
}

/** Two classes need one number; more are fused class by class and brought back to a sum of 1. */
function beliefOf(
  runs: Evidence,
  weights: readonly number[],
  combine: Combine,
  task: Task | undefined,
): Omit<Verdict, 'boxes'> {
  const classes = task?.classes ?? Object.keys(runs[0]?.output.scores ?? {});
  const named = runs.every((run) => run.output.scores);
  if (named && classes.length > (task ? 2 : 0)) {
    const fused = classes.map((name) =>
      combine(
        runs.map((run) => run.output.scores?.[name] ?? 0),
        weights,
      ),
    );
    const total = fused.reduce((sum, value) => sum + value, 0);
    const scores = Object.fromEntries(
      classes.map((name, i) => [name, total > 0 ? (fused[i] as number) / total : 1 / classes.length]),
    );
    return { scores, score: task ? (scores[task.positive] as number) : Math.max(...Object.values(scores)) };
  }
  const score = combine(
    runs.map((run) => run.output.score),
    weights,
  );
  if (task?.classes.length !== 2) return { score };
  return {
    score,
    scores: Object.fromEntries(task.classes.map((name) => [name, name === task.positive ? score : 1 - score])),
  };
}

const weightedMean: Combine = (values, weights) => {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    sum += (values[i] as number) * (weights[i] as number);
    total += weights[i] as number;
  }
  return clamp(sum / total, 0, 1);
};

const pooledLogOdds: Combine = (values) => {
  const logits = values.map((value) => {
    const p = clamp(value, 1e-6, 1 - 1e-6);
    return Math.log(p / (1 - p));
  });
  return 1 / (1 + Math.exp(-logits.reduce((sum, logit) => sum + logit, 0) / logits.length));
};

/** Sums of fractions may end a bit outside [0, 1]. */
const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));
