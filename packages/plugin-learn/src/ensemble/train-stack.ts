import { type Dataset, type Meter, type Project, SvError } from '@streetvision/core';
import { recordDataset } from '../recording/index.js';
import { type FittedStack, fitStack } from './fit.js';
import { scoreMatrix } from './score-matrix.js';
import type { StackOptions } from './types.js';
import { writeStack } from './write.js';

export interface TrainStackOptions extends StackOptions {
  /** The `stack.json`. */
  readonly out: string;
  /** Stages of the ensemble. @default all that the cascade can reach */
  readonly stages?: readonly string[];
  /** The part of the data. @default `calibration` where the data is split, else all of it */
  readonly split?: string;
  /** The recording to go on with. @default a file in the cache */
  readonly recording?: string;
  readonly progress?: Meter;
}

/** A stack, and what of the data was left out. */
export interface TrainedStack {
  readonly stack: FittedStack;
  readonly out: string;
  /** Frames that a head was trained on, or others of their group: weights learned on them would trust it too much. */
  readonly trainedOn: number;
}

/**
 * Asks all stages of the cascade about labelled pictures, and learns how much each counts. Frames that a head was trained
 * on, as its run folder says, are left out. Throws `SV_TRAIN_DATA`, `SV_TRAIN_OPTIONS`, and what recording throws.
 *
 * @example
 * const { stack } = await trainStack(project, await project.dataset('labels.csv'), { out: 'stack.json' });
 */
export async function trainStack(
  project: Project,
  dataset: Dataset,
  { out, stages, split, recording: file, progress, ...options }: TrainStackOptions,
): Promise<TrainedStack> {
  const recording = await recordDataset(project, dataset, {
    usualSplit: 'calibration',
    ...(split !== undefined && { split }),
    ...(file !== undefined && { out: file }),
    ...(progress && { progress }),
  });
  const frames = recording.frames.filter(({ trainedOn }) => trainedOn === undefined);
  const trainedOn = recording.frames.length - frames.length;
  if (frames.length === 0) {
    throw new SvError(
      'SV_TRAIN_DATA',
      trainedOn > 0
        ? `A head was trained on all ${trainedOn} pictures of ${dataset.name}, or on others of their groups.`
        : `${dataset.name} has no picture that the stages answered for.`,
      { fix: 'Give labelled pictures that no head has seen.' },
    );
  }
  const stack = fitStack(scoreMatrix({ ...recording, frames }, stages), options);
  await writeStack(out, stack);
  return { stack, out, trainedOn };
}

const figure = (value: number | null) => (value === null ? '–' : value.toFixed(3));

/** For people. */
export function summariseStack({ stack, out, trainedOn }: TrainedStack): string {
  const { heldOut } = stack;
  const rows = [
    [`learned (${stack.method})`, heldOut.stack],
    ['logOdds()', heldOut.logOdds],
    ...Object.entries(heldOut.stages),
  ] as const;
  return [
    ...stack.stages.map(({ stage, weight, missing }) => {
      const silent = stack.method === 'logistic' && missing ? `, ${missing.toFixed(3)} where it is silent` : '';
      return `${stage}: weight ${weight.toFixed(3)}${silent}`;
    }),
    `learned on ${stack.n} pictures in ${stack.groups} groups; figures on groups that were left out, ${heldOut.folds} parts:`,
    ...rows.map(
      ([name, one]) =>
        `  ${name}: AUROC ${figure(one.auroc)}, balanced accuracy ${figure(one.balancedAccuracy)}, log-loss ${figure(one.logLoss)}`,
    ),
    ...(trainedOn > 0
      ? [`${trainedOn} pictures were left out: a head was trained on them or on others of their group`]
      : []),
    `Wrote ${out}. In the config: fuse: learned('./stack.json')`,
    '',
  ].join('\n');
}
