import { createReplay, type Dataset, type Project, SvError, type Task } from '@streetvision/core';
import { prPoints, reliability, riskCoverage, rocPoints, summarise } from '../metrics/index.js';
import { choosePart } from '../parts/index.js';
import { type DatasetRecording, type RecordOptions, recordDataset } from '../recording/record.js';
import type { Recording } from '../recording/types.js';
import { quantile } from '../statistics/index.js';
import { type Answered, answerAll, checkPrices, isGrouped, judgedOf } from './answer.js';
import { calibratedOn } from './calibrated-on.js';
import { caveatsOf } from './caveats.js';
import { intervalsOf, usualResamples } from './intervals.js';
import { column, sliceBy } from './slices.js';
import { mean, stageFigures } from './stages.js';
import type { EvaluateOptions, Evaluation, JudgedAnswer } from './types.js';
import { ablation, pareto, variantOf } from './variants.js';

/**
 * Records what every stage says of a dataset, and says how good the cascade is and what it costs.
 *
 * Throws what `recordDataset` and `evaluateRecording` throw.
 *
 * @example
 * const evaluation = await evaluate(project, await project.dataset('labels.csv'), { by: ['weather'] });
 */
export async function evaluate(
  project: Project,
  dataset: Dataset,
  options: EvaluateOptions & RecordOptions = {},
): Promise<Evaluation> {
  taskOf(project);
  const recording = await recordDataset(project, dataset, options);
  const { split: _, ...rest } = options;
  return evaluateRecording(recording, project, rest);
}

/**
 * The same without a model: what the cascade makes of the answers of a recording. Rules, fusions and thresholds are
 * those of the project; stages, and what they say, those of the recording.
 *
 * Throws `SV_RUN_INVALID` where the recording is of another task or lacks a stage, `SV_DATA_SPLIT`, `SV_DATA_EMPTY`,
 * `SV_TRAIN_OPTIONS`, and what preparing the rules throws.
 */
export async function evaluateRecording(
  recording: Recording & Partial<Pick<DatasetRecording, 'split' | 'unlabelled' | 'known'>>,
  project: Project,
  options: EvaluateOptions = {},
): Promise<Evaluation> {
  const task = taskOf(project);
  checkTask(recording, task);
  const { prices = {}, confidence = 0.95, seed = 0 } = options;
  const threshold = options.threshold ?? task.threshold ?? 0.5;
  if (!(threshold >= 0 && threshold <= 1)) {
    throw new SvError('SV_TRAIN_OPTIONS', `The threshold is ${threshold}, expected a number in [0, 1].`);
  }
  const cut = { threshold };
  const { samples: frames, split } = choosePart(recording.frames, {
    asked: options.split,
    usual: recording.split === undefined ? 'test' : everyPart(recording),
    name: recording.header.data.name,
  });
  const replay = await createReplay(project, recording.header.stages);
  try {
    const stages = replay.steps.flatMap((step) => step.stages);
    checkPrices(prices, stages);
    const answers = await answerAll(replay, frames, task.positive, prices);
    const { answered, unanswered } = answers;
    const failed = [...recording.failed, ...unanswered];
    if (answered.length === 0) throw nothing(recording, failed);
    const judged = judgedOf(answered);
    const calledOf = ({ answer }: Answered) =>
      threshold === (task.threshold ?? 0.5) || task.classes.length > 2
        ? answer.label
        : answer.score >= threshold
          ? task.positive
          : (task.classes.find((name) => name !== task.positive) as string);
    const isCorrect = (one: Answered) => calledOf(one) === one.frame.label;
    const resamples = options.resamples ?? usualResamples(answered.length);
    const context = { replay, cascade: project.cascade, frames, positive: task.positive, cut, prices };
    const ablated = await ablation(context);
    const labels = frames.filter(({ label }) => label === null).length;
    return {
      version: 1,
      ...summarise(judged, cut),
      byGroup: isGrouped(answered.map(({ frame }) => frame.group))
        ? sliceBy(answered, ({ frame }) => frame.group, cut)
        : {},
      stages: stageFigures(replay, frames, answered, isCorrect, prices),
      bySource: sliceBy(answered, ({ frame }) => frame.source, cut),
      by: Object.fromEntries((options.by ?? []).map((name) => [name, sliceBy(answered, column(name), cut)])),
      task: { name: task.name, classes: task.classes, positive: task.positive },
      threshold,
      data: { name: recording.header.data.name, split: recording.split ?? split, known: recording.known ?? 0 },
      cascade: replay.steps.map((step) => step.stages),
      made: recording.header.made ?? null,
      classes: classFigures(answered, task.classes, calledOf),
      cost: costOf(answered, prices),
      intervals: resamples > 0 ? intervalsOf(judged, cut, { resamples, seed, confidence }) : {},
      bootstrap: { confidence, resamples, seed, grouped: judged.groups !== undefined },
      reliability: reliability(judged),
      roc: thin(rocPoints(judged)),
      pr: thin(prPoints(judged)),
      riskCoverage: thin(riskCoverage(judged, cut)),
      histogram: histogramOf(answered),
      ablation: ablated,
      pareto: await pareto(context, variantOf(answers, cut), ablated),
      skipped: { unlabelled: (recording.unlabelled ?? 0) + labels, failed: countCodes(failed) },
      failed,
      caveats: caveatsOf({
        answered,
        unanswered: failed.length,
        frames,
        made: recording.header.made,
        positive: task.positive,
        resamples,
        calibratedOn: await calibratedOn(frames, project),
        configured: variantOf(answers, cut),
        ablation: ablated,
        threshold: { used: threshold, task: task.threshold ?? 0.5 },
      }),
      answers: answered.map((one) => judgedAnswer(one, calledOf(one))),
    };
  } finally {
    await replay.close();
  }
}

/** The recording says which part it is of: all of its frames count. */
const everyPart = ({ frames }: Recording) => [...new Set(frames.flatMap(({ split }) => split ?? []))];

export function taskOf({ task }: Pick<Project, 'task'>): Task {
  if (task) return task;
  throw new SvError('SV_CONFIG_INVALID', 'The config has no task: without a positive class nothing can be judged.', {
    fix: "Set `task`, for instance defineTask({ name: 'cones', classes: ['clear', 'cone'], positive: 'cone' }).",
  });
}

/** Throws `SV_RUN_INVALID` where answers of another task would be judged. */
export function checkTask({ header }: Pick<Recording, 'header'>, task: Task): void {
  const said = header.task;
  if (said && said.positive === task.positive && [...said.classes].sort().join() === [...task.classes].sort().join())
    return;
  const was = said ? `\`${said.name}\` (${said.classes.join(', ')}; positive ${said.positive})` : 'no task';
  throw new SvError(
    'SV_RUN_INVALID',
    `The recording is of ${was}, the config of \`${task.name}\` (${task.classes.join(', ')}; positive ${task.positive}).`,
    {
      fix: 'Record again with this config, or name another recording.',
    },
  );
}

function nothing({ header }: Recording, failed: Evaluation['failed']): SvError {
  const first = failed[0] ? ` The first failure: ${failed[0].message}` : '';
  return new SvError('SV_DATA_EMPTY', `No labelled picture of \`${header.data.name}\` got an answer.${first}`, {
    fix: 'Check labels, split and cascade.',
  });
}

function classFigures(answered: readonly Answered[], classes: readonly string[], calledOf: (one: Answered) => string) {
  const confusion = Object.fromEntries(
    classes.map((truth) => [truth, Object.fromEntries(classes.map((said) => [said, 0]))]),
  );
  let right = 0;
  for (const one of answered) {
    const said = calledOf(one);
    const row = confusion[one.frame.label as string];
    if (row) row[said] = (row[said] ?? 0) + 1;
    if (said === one.frame.label) right++;
  }
  return { accuracy: right / answered.length, confusion };
}

function costOf(answered: readonly Answered[], prices: Readonly<Record<string, number>>): Evaluation['cost'] {
  const times = Float64Array.from(answered, ({ answer }) => answer.ms).sort();
  return {
    ms: {
      mean: mean([...times]) ?? 0,
      p50: quantile(times, 0.5),
      p95: quantile(times, 0.95),
      max: times.at(-1) ?? 0,
    },
    price: mean(answered.flatMap(({ price }) => price ?? [])),
    prices,
  };
}

const BINS = 20;

function histogramOf(answered: readonly Answered[]): Evaluation['histogram'] {
  const bins = Array.from({ length: BINS }, (_, i) => ({
    low: i / BINS,
    high: (i + 1) / BINS,
    positives: 0,
    negatives: 0,
  }));
  for (const { answer, truth } of answered) {
    const bin = bins[Math.min(BINS - 1, Math.floor(answer.score * BINS))] as (typeof bins)[number];
    bin[truth === 1 ? 'positives' : 'negatives']++;
  }
  return bins;
}

/** Points of a curve; more than these nobody sees. The ends stay. */
const POINTS = 500;

function thin<T>(points: readonly T[]): readonly T[] {
  if (points.length <= POINTS) return points;
  const last = points.length - 1;
  return Array.from({ length: POINTS }, (_, i) => points[Math.round((i * last) / (POINTS - 1))] as T);
}

function countCodes(failed: Evaluation['failed']): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { code } of failed) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}

function judgedAnswer({ frame, answer, truth, price }: Answered, label: string): JudgedAnswer {
  return {
    id: frame.id,
    truth: frame.label as string,
    positive: truth,
    score: answer.score,
    label,
    correct: label === frame.label,
    stage: answer.exit.after,
    reason: answer.exit.reason,
    ms: answer.ms,
    price,
    group: frame.group,
    source: frame.source,
  };
}
