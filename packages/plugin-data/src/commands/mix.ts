import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Command, DataProblem } from '@streetvision/core';
import type { PictureFacts } from '../manifest/facts.js';
import { openJournal } from '../manifest/journal.js';
import { writeManifest } from '../manifest/write.js';
import { type MixPart, mixDatasets } from '../mix/mix-datasets.js';
import { leftOut, partOf, readShares, readWhole, requireText, writeJson } from './data-options.js';

/** `sv data mix`. */
export const mix: Command = {
  name: 'data mix',
  description: 'draw samples of several datasets by weights of their sources, and write a manifest',
  args: '<data...>',
  options: [
    { flags: '-o, --out <file>', description: 'the manifest to write', default: 'data.jsonl' },
    { flags: '--weights <shares>', description: 'share of each source: real=0.4,generated=0.6' },
    { flags: '--balance', description: 'the same number of every class from each source' },
    { flags: '--limit <n>', description: 'at most so many samples' },
    { flags: '--seed <n>', description: 'another seed draws others', default: 0 },
    { flags: '--split <name>', description: 'only samples of this part' },
    { flags: '--group <column>', description: 'column or key that says which pictures belong together' },
    { flags: '--near-bits <n>', description: 'also leave out pictures that differ in so few bits of 64', default: 0 },
    { flags: '--keep-duplicates', description: 'leave no picture out that is there twice' },
    { flags: '--json <file>', description: 'write the header and what was drawn as JSON' },
  ],
  async run(call) {
    const { options } = call;
    const refs = call.args[0] as readonly string[];
    const out = resolve(call.cwd, requireText(options.out, '--out', '`--out data.jsonl`'));
    const weights = readShares(options.weights, '--weights');
    const limit = readWhole(options.limit, '--limit', 1);
    const seed = readWhole(options.seed, '--seed', 0) as number;
    const bits = readWhole(options.nearBits, '--near-bits', 0) as number;
    const problems: DataProblem[] = [];
    const problem = (one: DataProblem) => {
      problems.push(one);
      call.log.warn(`${one.where}: ${one.message}`);
    };
    const project = await call.project({ optional: true });
    const group = options.group as string | undefined;
    const parts: MixPart[] = [];
    for (const ref of refs) {
      const dataset = await project.dataset(ref, { group, problem, cwd: call.cwd });
      parts.push({ dataset: partOf(dataset, options.split), from: { ref, dir: call.cwd } });
    }
    await mkdir(dirname(out), { recursive: true });
    const journal = await openJournal<PictureFacts>(`${out}.partial`, {
      data: parts.map(({ dataset }) => dataset.name),
    });
    const meter = call.progress('pictures');
    let done = false;
    try {
      const { manifest, cells, duplicates, conflicts, unlabelled } = await mixDatasets(parts, {
        seed,
        ...(weights === undefined ? {} : { weights }),
        ...(limit === undefined ? {} : { limit }),
        balance: options.balance === true,
        deduplicate: options.keepDuplicates === true ? false : bits,
        out,
        journal,
        problem,
        step: meter.step,
      });
      await writeManifest(out, manifest);
      done = true;
      await writeJson(call, { ...manifest.header, cells, duplicates, conflicts, unlabelled, leftOut: problems.length });
      call.print(`${options.out}: ${manifest.header.counts.samples} samples\n`);
      for (const { source, label, available, drawn } of cells)
        call.print(`  ${source} ${label}: ${drawn} of ${available}\n`);
      if (duplicates > 0 || unlabelled > 0)
        call.print(`${duplicates} duplicates and ${unlabelled} unlabelled were not drawn from\n`);
      for (const ids of conflicts)
        call.print(`same picture with different labels, not drawn from: ${ids.join(', ')}\n`);
      if (problems.length > 0) call.print(leftOut(problems));
    } finally {
      meter.stop();
      await journal.close(done);
    }
  },
};
