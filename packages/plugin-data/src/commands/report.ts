import type { Command } from '@streetvision/core';
import { formatReport } from '../manifest/format-report.js';
import { dataReport } from '../manifest/report.js';
import { NEAR_BITS } from '../split/split-dataset.js';
import { readWhole, writeJson } from './data-options.js';

/** `sv data report`. */
export const report: Command = {
  name: 'data report',
  description: 'count labels, sources, parts and groups; find duplicates and what cannot be read',
  args: '<data>',
  options: [
    { flags: '--group <column>', description: 'column or key that says which pictures belong together' },
    {
      flags: '--near-bits <n>',
      description: 'bits of 64 within which pictures are near-duplicates',
      default: NEAR_BITS,
    },
    { flags: '--no-pictures', description: 'do not read the pictures: no duplicates, no damaged ones' },
    { flags: '--json <file>', description: 'write the report as JSON' },
  ],
  async run(call) {
    const ref = String(call.args[0]);
    const nearBits = readWhole(call.options.nearBits, '--near-bits', 0) as number;
    const project = await call.project({ optional: true });
    const meter = call.progress('pictures');
    try {
      const found = await dataReport(
        async (problem) => {
          const dataset = await project.dataset(ref, {
            group: call.options.group as string | undefined,
            problem,
            cwd: call.cwd,
          });
          if (dataset.count !== undefined) meter.total(dataset.count);
          return dataset;
        },
        { pictures: call.options.pictures !== false, nearBits, step: meter.step },
      );
      await writeJson(call, found);
      call.print(formatReport(found));
    } finally {
      meter.stop();
    }
  },
};
