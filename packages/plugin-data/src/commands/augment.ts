import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Command, type DataProblem, SvError } from '@streetvision/core';
import { augmentDataset } from '../augment/dataset.js';
import { AUGMENTATIONS } from '../augment/named.js';
import { partOf } from './data-options.js';
import { madeSummary } from './made-summary.js';
import { numberOption } from './number-option.js';

export const augmentCommand: Command = {
  name: 'data augment',
  description: 'write augmented copies of a dataset, with a manifest; run again to go on',
  args: '<data>',
  options: [
    {
      flags: '--pipeline <names>',
      description: `what is done, in order: ${AUGMENTATIONS.map(({ name }) => name).join(', ')}`,
    },
    { flags: '--out <folder>', description: 'where the pictures and manifest.jsonl go' },
    { flags: '--copies <n>', description: 'of every picture', default: '1' },
    { flags: '--seed <n>', description: 'the same seed gives the same pictures', default: '0' },
    { flags: '--quality <n>', description: 'of the JPEGs, 1–100', default: '92' },
    { flags: '--split <name>', description: 'only samples of this part' },
    { flags: '--group <column>', description: 'the column or metadata key that says the group' },
    { flags: '--json <file>', description: 'also write the counts as JSON' },
  ],
  async run(call) {
    const [ref] = call.args as [string];
    const { pipeline, out, group, json } = call.options as Readonly<Record<string, string | undefined>>;
    if (pipeline === undefined || out === undefined) {
      const missing = pipeline === undefined ? '--pipeline' : '--out';
      throw new SvError('SV_CLI_USAGE', `${missing} was not given.`, {
        fix: 'Write sv data augment photos --pipeline rain,fog --out augmented.',
      });
    }
    const copies = numberOption(call.options.copies, '--copies', 1, 10_000) ?? 1;
    const seed = numberOption(call.options.seed, '--seed', 0, Number.MAX_SAFE_INTEGER) ?? 0;
    const quality = numberOption(call.options.quality, '--quality', 1, 100) ?? 92;
    const problems: DataProblem[] = [];
    const problem = (found: DataProblem) => {
      problems.push(found);
      call.log.warn(`${found.where}: ${found.message}`);
    };
    const project = await call.project({ optional: true });
    const dataset = partOf(await project.dataset(ref, { group, problem, cwd: call.cwd }), call.options.split);
    const meter = call.progress('augment', dataset.count === undefined ? undefined : dataset.count * copies);
    try {
      const made = await augmentDataset(dataset, {
        out: resolve(call.cwd, out),
        pipeline,
        copies,
        seed,
        quality,
        find: (name) => project.augmentation(name),
        signal: call.signal,
        problem,
        step: (failed) => meter.step(failed),
      });
      meter.stop();
      call.print(madeSummary(made, join(out, 'manifest.jsonl')));
      if (json !== undefined)
        await writeFile(resolve(call.cwd, json), `${JSON.stringify({ ...made, problems }, null, 2)}\n`);
    } finally {
      meter.stop();
    }
  },
};
