import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Command, SvError } from '@streetvision/core';
import { TIMES, type Time, WEATHERS, type Weather } from '../scenes/compose/mood.js';
import { writeScenes } from '../scenes/write.js';
import { madeSummary } from './made-summary.js';
import { numberOption } from './number-option.js';

export const scenesCommand: Command = {
  name: 'data scenes',
  description: 'draw streets with and without roadwork, with boxes and a manifest; run again to go on',
  options: [
    { flags: '--out <folder>', description: 'where the pictures and manifest.jsonl go' },
    { flags: '--count <n>', description: 'how many', default: '200' },
    { flags: '--seed <n>', description: 'the same seed gives the same pictures', default: '0' },
    { flags: '--width <n>', description: 'pixels', default: '640' },
    { flags: '--height <n>', description: 'pixels; nine sixteenths of the width where it is left out' },
    { flags: '--positive <share>', description: 'the share with roadwork', default: '0.5' },
    {
      flags: '--lookalikes <share>',
      description: 'scenes with orange cars, jackets, shops or autumn leaves',
      default: '1',
    },
    { flags: '--weather <name>', description: `${WEATHERS.join(', ')}; drawn for each where it is left out` },
    { flags: '--time <name>', description: `${TIMES.join(', ')}; drawn for each where it is left out` },
    { flags: '--quality <n>', description: 'of the JPEGs, 1–100', default: '85' },
    { flags: '--json <file>', description: 'also write the counts as JSON' },
  ],
  async run(call) {
    const { options } = call;
    const { out, json, weather, time } = options as Readonly<Record<string, string | undefined>>;
    if (out === undefined) {
      throw new SvError('SV_CLI_USAGE', '--out was not given.', {
        fix: 'Write sv data scenes --count 200 --out scenes.',
      });
    }
    const count = numberOption(options.count, '--count', 1, 10_000_000) ?? 200;
    const height = numberOption(options.height, '--height', 32, 4096);
    const { task } = await call.project({ optional: true });
    const meter = call.progress('scenes', count);
    try {
      const made = await writeScenes({
        out: resolve(call.cwd, out),
        count,
        task,
        seed: numberOption(options.seed, '--seed', 0, Number.MAX_SAFE_INTEGER) ?? 0,
        width: numberOption(options.width, '--width', 32, 4096) ?? 640,
        ...(height === undefined ? {} : { height }),
        positive: numberOption(options.positive, '--positive', 0, 1, false) ?? 0.5,
        lookalikes: numberOption(options.lookalikes, '--lookalikes', 0, 1, false) ?? 1,
        quality: numberOption(options.quality, '--quality', 1, 100) ?? 85,
        ...(weather === undefined ? {} : { weather: weather as Weather }),
        ...(time === undefined ? {} : { time: time as Time }),
        signal: call.signal,
        step: (failed) => meter.step(failed),
      });
      meter.stop();
      call.print(madeSummary(made, join(out, 'manifest.jsonl')));
      if (json !== undefined) await writeFile(resolve(call.cwd, json), `${JSON.stringify(made, null, 2)}\n`);
    } finally {
      meter.stop();
    }
  },
};
