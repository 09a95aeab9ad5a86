import { resolve } from 'node:path';
import type { Command } from '@streetvision/core';
import { requireFile } from '../formats/paths.js';
import { checkManifest, readManifest } from '../manifest/read.js';
import { openData, writeJson } from './data-options.js';

/** `sv data check`. */
export const check: Command = {
  name: 'data check',
  description: 'check a manifest against its hash, and every picture against its own',
  args: '<manifest>',
  options: [{ flags: '--json <file>', description: 'write what was found as JSON' }],
  async run(call) {
    const ref = String(call.args[0]).replace(/^jsonl:/, '');
    const file = await requireFile(call.cwd, ref, ['data.jsonl']);
    const manifest = await readManifest(file);
    const { dataset, problems } = await openData(call, `jsonl:${resolve(file)}`);
    const meter = call.progress('pictures', manifest.lines.length);
    try {
      const found = await checkManifest(manifest, dataset, meter.step);
      const all = [...problems, ...found.problems];
      await writeJson(call, { ...found, problems: all });
      const same = found.content === 'same' && found.counts === 'same' && all.length === 0;
      call.print(
        `${ref}: ${found.samples} samples, content ${found.content}, counts ${found.counts}, ${all.length} problems\n`,
      );
      for (const { where, code, message } of all) call.print(`  ${where}: ${code} ${message}\n`);
      return same ? 0 : 1;
    } finally {
      meter.stop();
    }
  },
};
