import { relative, resolve } from 'node:path';
import { type Command, type CommandCall, type Project, SvError } from '@streetvision/core';
import { summariseStack, trainStack } from '../ensemble/index.js';
import { checkOutput } from '../files/check-output.js';
import { compareRuns, comparisonTable } from '../train/compare.js';
import { exportJob } from '../train/job/export.js';
import { importJob } from '../train/job/import.js';
import { summariseImport } from '../train/job/summary.js';
import { summariseRun } from '../train/summary.js';
import { train } from '../train/train.js';
import { jsonOutput } from './json-output.js';
import { trainOptionFlags, trainOptions } from './train-options.js';

/** `sv train`. */
export const trainCommand: Command = {
  name: 'train',
  description: 'train the head of a stage on labelled pictures',
  options: trainOptionFlags,
  async run(call) {
    const { options } = call;
    if (options.compare !== undefined) return compare(call, options.compare as string[]);
    if (options.stack !== undefined) return stackTo(call, String(options.stack));
    if (options.import !== undefined) return importFrom(call, String(options.import));
    if (options.exportJob !== undefined) return exportTo(call, String(options.exportJob));
    const out = required(options.out, '--out <dir>');
    const given = trainOptions({ ...options, data: required(options.data, '--data <folder|labels.csv>'), out });
    const json = await jsonOutput(call);
    const project = await call.project();
    const run = await train(project, { ...given, cwd: call.cwd }, reportOf(call));
    await json.write(run);
    if (!json.alone)
      call.print(summariseRun(run, fromConfig(project, resolve(call.cwd, out, run.head.file)), given.data));
  },
};

/** As the config would name a file: from its own folder. */
function fromConfig({ dir }: Pick<Project, 'dir'>, file: string): string {
  const path = relative(dir, file).replaceAll('\\', '/');
  return path.startsWith('.') ? path : `./${path}`;
}

async function compare(call: CommandCall, runs: readonly string[]): Promise<void> {
  const json = await jsonOutput(call);
  const comparison = await compareRuns(runs, call.cwd);
  await json.write(comparison);
  if (!json.alone) call.print(comparisonTable(comparison));
}

async function stackTo(call: CommandCall, file: string): Promise<void> {
  const { data, group, split, stackMethod, folds, seed } = call.options;
  const ref = required(data, '--data <labels.csv>');
  const json = await jsonOutput(call);
  await checkOutput(resolve(call.cwd, file));
  const project = await call.project();
  const dataset = await project.dataset(ref, { group: group as string | undefined, cwd: call.cwd });
  const progress = call.progress('answers', dataset.count);
  const trained = await trainStack(project, dataset, {
    out: resolve(call.cwd, file),
    progress,
    ...(split === undefined ? {} : { split: String(split) }),
    ...(stackMethod === undefined ? {} : { method: stackMethod as 'softmax' | 'logistic' }),
    ...(folds === undefined ? {} : { folds: Number(folds) }),
    ...(seed === undefined ? {} : { seed: Number(seed) }),
  }).finally(() => progress.stop());
  await json.write(trained.stack);
  if (!json.alone) call.print(summariseStack({ ...trained, out: file }));
}

async function exportTo(call: CommandCall, dir: string): Promise<void> {
  const { options, cwd } = call;
  const given = trainOptions({ ...options, data: required(options.data, '--data <folder|labels.csv>'), out: dir });
  const json = await jsonOutput(call);
  const job = await exportJob(await call.project(), { ...given, cwd }, reportOf(call));
  await json.write(job);
  if (json.alone) return;
  call.print(`${job.n} pictures are in ${dir}. Its README.md says what must come back, and how it is checked in.\n`);
}

async function importFrom(call: CommandCall, job: string): Promise<void> {
  const out = required(call.options.out, '--out <dir>');
  const json = await jsonOutput(call);
  const project = await call.project();
  const imported = await importJob(project, { job, out, cwd: call.cwd });
  await json.write(imported);
  if (!json.alone) call.print(summariseImport(imported, fromConfig(project, resolve(call.cwd, out))));
}

const reportOf = (call: CommandCall) => ({ progress: (name: string, total?: number) => call.progress(name, total) });

function required(value: unknown, flags: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new SvError('SV_CLI_USAGE', `sv train needs ${flags}.`, {
    fix: 'For example: sv train --data labels.csv --out runs/first',
  });
}
