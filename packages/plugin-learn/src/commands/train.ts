import { writeFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { type Command, type CommandCall, type Project, SvError } from '@streetvision/core';
import { compareRuns, comparisonTable } from '../train/compare.js';
import { summariseRun } from '../train/summary.js';
import { train } from '../train/train.js';
import { trainOptionFlags, trainOptions } from './train-options.js';

/** `sv train`. */
export const trainCommand: Command = {
  name: 'train',
  description: 'train the head of a stage on labelled pictures',
  options: trainOptionFlags,
  async run(call) {
    const { options } = call;
    if (options.compare !== undefined) return compare(call, options.compare as string[]);
    const out = required(options.out, '--out <dir>');
    const given = trainOptions({ ...options, data: required(options.data, '--data <folder|labels.csv>'), out });
    const project = await call.project();
    const progress = (name: string, total?: number) => call.progress(name, total);
    const run = await train(project, { ...given, cwd: call.cwd }, { progress });
    await writeJson(call, run);
    call.print(summariseRun(run, fromConfig(project, resolve(call.cwd, out, run.head.file))));
    return;
  },
};

/** As the config would name a file: from its own folder. */
function fromConfig({ dir }: Pick<Project, 'dir'>, file: string): string {
  const path = relative(dir, file).replaceAll('\\', '/');
  return path.startsWith('.') ? path : `./${path}`;
}

async function compare(call: CommandCall, runs: readonly string[]): Promise<void> {
  const comparison = await compareRuns(runs, call.cwd);
  await writeJson(call, comparison);
  call.print(comparisonTable(comparison));
}

async function writeJson({ options, cwd }: CommandCall, value: unknown): Promise<void> {
  if (options.json === undefined) return;
  await writeFile(resolve(cwd, String(options.json)), `${JSON.stringify(value, null, 2)}\n`);
}

function required(value: unknown, flags: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new SvError('SV_CLI_USAGE', `sv train needs ${flags}.`, {
    fix: 'For example: sv train --data labels.csv --out runs/first',
  });
}
