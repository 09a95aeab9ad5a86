import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  createFrame,
  type DataProblem,
  type Frame,
  type Project,
  type ResolvedSpec,
  SvError,
  splitByGroup,
} from '@streetvision/core';
import { joinGroups, refuseSharedPictures } from '../../features/same-pictures.js';
import { type LabelledSample, listSamples } from '../../features/samples.js';
import { checkOutput } from '../../files/check-output.js';
import { sweep } from '../../files/sweep.js';
import { isUnfinished, put } from '../../files/write-file.js';
import { classesOf } from '../classes.js';
import { hashRows } from '../collect.js';
import { headSettings, type TrainOptions } from '../options.js';
import { trainableStage } from '../stage.js';
import { count } from '../table.js';
import type { TrainReport } from '../train.js';
import { preprocessingOf } from './preprocessor.js';
import { jobReadme } from './readme.js';
import type { Job, JobLine } from './types.js';

/** Pictures whose preprocessed input goes with the job. */
const CHECKS = 8;

/** What a fine-tuning starts from where nothing else was said. */
const HYPERPARAMETERS = {
  epochs: 10,
  batchSize: 32,
  learningRate: 1e-5,
  headLearningRate: 1e-3,
  weightDecay: 0.05,
  warmup: 0.05,
};

/**
 * Writes a self-contained folder for training a whole model elsewhere: pictures, splits, hyper-parameters, and in its
 * README.md what must come back. Interrupted, a second call copies only what is missing; `job.json` comes last.
 *
 * Throws `SV_DATA_*`, `SV_TRAIN_*`, and what opening the backbone throws.
 *
 * @param options `out` is the folder
 */
export async function exportJob(project: Project, options: TrainOptions, report: TrainReport = {}): Promise<Job> {
  const stage = trainableStage(project, options.stage);
  const folder = resolve(options.cwd ?? project.dir, options.out);
  await checkOutput(folder, 'folder');
  for (const name of ['images', 'checks']) await sweep(join(folder, name), isUnfinished, { recursive: true });
  const backbone = await stage.slot.open(project.load());
  const { id, identity } = backbone;
  await backbone.close();
  const preprocessing = preprocessingOf({ id, identity });
  const problem = ({ where, message }: DataProblem) => project.log.warn(`${where}: ${message}`);
  const { data, group, split, where, except, cwd } = options;
  const dataset = await project.dataset(data, { group, problem, ...(cwd !== undefined && { cwd }) });
  const list = await listSamples(dataset, { split, prefer: 'train', where, except }, problem);

  const meter = report.progress?.('pictures', list.samples.length);
  const copied: { sample: LabelledSample; sha256: string; file: string }[] = [];
  try {
    for (const sample of list.samples) {
      project.signal.throwIfAborted();
      const copy = await copyPicture(sample, folder, preprocessing, project, problem);
      if (copy) copied.push({ sample, ...copy });
      meter?.step(!copy);
    }
  } finally {
    meter?.stop();
  }
  if (copied.length === 0) throw new SvError('SV_DATA_EMPTY', `None of ${list.samples.length} pictures could be read.`);
  const samples = copied.map(({ sample }) => sample);
  const hashes = copied.map(({ sha256 }) => sha256);
  await refuseSharedPictures(samples, hashes, list.others, { signal: project.signal, problem });
  const groups = joinGroups(samples, hashes, problem);
  const classes = classesOf(
    samples.map(({ label }) => label),
    project.task,
    options.positive,
  );
  const splits = dealSplits(samples, groups, options.seed ?? 0);
  const lines = copied.map(({ sample: { id, label, source }, sha256, file }, i): JobLine => {
    return { id, file, label, group: groups[i] as string, source, split: splits[i] as JobLine['split'], sha256 };
  });

  const checks = checkLines(lines, classes.names);
  const job: Job = {
    version: 1,
    kind: 'job',
    task: project.task?.name ?? null,
    classes: classes.names,
    positive: classes.positive,
    stage: stage.name,
    backbone: { id, identity },
    preprocessing,
    seed: options.seed ?? 0,
    hyperparameters: hyperparameters(options),
    head: headSettings(options),
    data: {
      name: dataset.name,
      sha256: hashRows(lines),
      n: lines.length,
      byClass: count(lines.map(({ label }) => label)),
      groups: new Set(groups).size,
    },
    n: lines.length,
    checks: checks.map(({ id }) => id),
  };
  const inputs = await preprocessed(project, samples, checks, preprocessing);
  await put(join(folder, 'checks', 'inputs.f32'), inputs);
  await put(join(folder, 'data.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  await put(join(folder, 'README.md'), jobReadme(job));
  await put(join(folder, 'job.json'), `${JSON.stringify(job, null, 2)}\n`);
  return job;
}

async function copyPicture(
  sample: LabelledSample,
  folder: string,
  spec: ResolvedSpec,
  project: Project,
  problem: (problem: DataProblem) => void,
): Promise<{ sha256: string; file: string } | undefined> {
  try {
    const frame = createFrame({ id: sample.id, bytes: await sample.read() }, project.config.images);
    // A picture that is cut off shows it only when it is decoded.
    await frame.tensor(spec);
    return await copyFrame(frame, folder);
  } catch (error) {
    if (!(error instanceof SvError) || !/^SV_(IMAGE|INPUT|DATA)_/.test(error.code)) throw error;
    problem({ where: sample.id, code: error.code, message: error.message });
    return undefined;
  }
}

async function copyFrame(frame: Frame, folder: string): Promise<{ sha256: string; file: string }> {
  const sha256 = frame.hash();
  const { format } = await frame.info();
  const file = `images/${sha256.slice(0, 2)}/${sha256}.${format === 'jpeg' ? 'jpg' : format}`;
  const known = await stat(join(folder, file)).catch(() => undefined);
  if (known?.size !== frame.bytes.length) await put(join(folder, file), frame.bytes);
  return { sha256, file };
}

/** Whole groups; where groups are too few, everything is trained on. */
function dealSplits(samples: readonly LabelledSample[], groups: readonly string[], seed: number): string[] {
  if (new Set(groups).size < 2) return samples.map(() => 'train');
  const rows = samples.map(({ label }, i) => ({ label, group: groups[i] as string }));
  return splitByGroup(rows, { parts: { train: 0.85, validation: 0.15 }, seed });
}

/** The first pictures of every class in turn. */
function checkLines(lines: readonly JobLine[], classes: readonly string[]): JobLine[] {
  const each = Math.ceil(CHECKS / classes.length);
  return classes.flatMap((name) => lines.filter(({ label }) => label === name).slice(0, each));
}

async function preprocessed(
  project: Project,
  samples: readonly LabelledSample[],
  checks: readonly JobLine[],
  spec: ResolvedSpec,
): Promise<Uint8Array> {
  const frames = await Promise.all(
    checks.map(async ({ id }) => {
      const sample = samples.find((one) => one.id === id) as LabelledSample;
      return createFrame({ id, bytes: await sample.read() }, project.config.images);
    }),
  );
  const { data } = await project.stack(frames, spec);
  return new Uint8Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength));
}

function hyperparameters({
  epochs,
  batchSize,
  learningRate,
  weightDecay,
  warmup,
  labelSmoothing,
  classWeights = 'balanced',
}: TrainOptions) {
  const given = { epochs, batchSize, learningRate, weightDecay, warmup, labelSmoothing, classWeights };
  return {
    ...HYPERPARAMETERS,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  };
}
