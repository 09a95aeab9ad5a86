import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Command } from '@streetvision/core';
import type { PictureFacts } from '../manifest/facts.js';
import { openJournal } from '../manifest/journal.js';
import { writeManifest } from '../manifest/write.js';
import { NEAR_BITS, splitDataset } from '../split/split-dataset.js';
import { leftOut, openData, readShares, readWhole, requireText, writeJson } from './data-options.js';
import { partTable } from './part-table.js';

/** `sv data split`. */
export const split: Command = {
  name: 'data split',
  description: 'deal labelled pictures to parts by whole groups, and write a manifest',
  args: '<data>',
  options: [
    { flags: '-o, --out <file>', description: 'the manifest to write', default: 'data.jsonl' },
    { flags: '--parts <shares>', description: 'share of each part', default: 'train=0.6,calibration=0.2,test=0.2' },
    { flags: '--group <column>', description: 'column or key that says which pictures belong together' },
    { flags: '--seed <n>', description: 'another seed deals otherwise', default: 0 },
    {
      flags: '--near-bits <n>',
      description: 'bits of 64 within which pictures are near-duplicates',
      default: NEAR_BITS,
    },
    { flags: '--no-near-duplicates', description: 'do not look for near-duplicates of other groups' },
    { flags: '--json <file>', description: 'write the header as JSON' },
  ],
  async run(call) {
    const { options } = call;
    const ref = String(call.args[0]);
    const out = resolve(call.cwd, requireText(options.out, '--out', '`--out data.jsonl`'));
    const parts = readShares(options.parts, '--parts') as Record<string, number>;
    const seed = readWhole(options.seed, '--seed', 0) as number;
    const bits = readWhole(options.nearBits, '--near-bits', 0) as number;
    const { dataset, problems, problem } = await openData(call, ref);
    await mkdir(dirname(out), { recursive: true });
    const journal = await openJournal<PictureFacts>(`${out}.partial`, { data: [dataset.name] });
    const meter = call.progress('pictures', dataset.count);
    let done = false;
    try {
      const { manifest, joined, conflicts } = await splitDataset(dataset, {
        parts,
        seed,
        nearDuplicates: options.nearDuplicates === false ? false : bits,
        out,
        from: { ref, dir: call.cwd },
        ...(typeof options.group === 'string' ? { group: options.group } : {}),
        journal,
        problem,
        step: meter.step,
      });
      await writeManifest(out, manifest);
      done = true;
      const { counts } = manifest.header;
      for (const [a, b] of conflicts) call.log.warn(`${a} and ${b} are the same picture and have different labels`);
      await writeJson(call, { ...manifest.header, joined, conflicts, leftOut: problems.length });
      call.print(`${options.out}: ${counts.samples} samples in ${counts.groups} groups\n${partTable(manifest)}`);
      if (joined > 0)
        call.print(`groups joined with another one that has the same or nearly the same pictures: ${joined}\n`);
      if (problems.length > 0) call.print(leftOut(problems));
    } finally {
      meter.stop();
      await journal.close(done);
    }
  },
};
