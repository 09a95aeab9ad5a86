import { resolve } from 'node:path';
import { type Command, SvError } from '@streetvision/core';
import { EXPORT_FORMATS, type ExportFormat, exportDataset } from '../exports/index.js';
import { leftOut, openData, partOf, requireText } from './data-options.js';

/** `sv data export`. */
export const exportCommand: Command = {
  name: 'data export',
  description: 'copy labelled pictures into a folder that other tools read',
  args: '<data>',
  options: [
    { flags: '--format <name>', description: EXPORT_FORMATS.join(', ') },
    { flags: '-o, --out <folder>', description: 'folder to write; it appears when it is complete' },
    { flags: '--split <name>', description: 'only samples of this part' },
    { flags: '--group <column>', description: 'column or key that says which pictures belong together' },
  ],
  async run(call) {
    const out = requireText(call.options.out, '--out', '`--out coco`');
    const format = requireText(call.options.format, '--format', '`--format coco`') as ExportFormat;
    if (!EXPORT_FORMATS.includes(format)) {
      throw new SvError('SV_CLI_USAGE', `--format received \`${format}\` and expects ${EXPORT_FORMATS.join(', ')}.`);
    }
    const { dataset: whole, problems, problem } = await openData(call, String(call.args[0]));
    const dataset = partOf(whole, call.options.split);
    const { task } = await call.project({ optional: true });
    const meter = call.progress('pictures', dataset.count);
    try {
      const count = await exportDataset(dataset, {
        format,
        out: resolve(call.cwd, out),
        task,
        problem,
        step: meter.step,
      });
      call.print(`${out}: ${count} samples as ${format}\n${leftOut(problems)}`);
    } finally {
      meter.stop();
    }
  },
};
