import { type DataFormat, SvError } from '@streetvision/core';
import { optionsOf } from '../formats/reference.js';
import type { Time, Weather } from './compose/mood.js';
import { asSample, type ScenesOptions, sceneSample } from './sample.js';

const OPTIONS = ['seed', 'width', 'height', 'quality', 'positive', 'lookalikes', 'weather', 'time'] as const;

/** Drawn scenes as a dataset: `scenes:200?seed=7&width=640`. Every scene is a group of its own. */
export const scenes: DataFormat<'scenes'> = {
  name: 'scenes',
  description: 'drawn streets, half of them with roadwork: scenes:200?seed=7&width=640',
  open(ref, ctx) {
    const { place, options } = optionsOf(ref, OPTIONS);
    const count = Number(place);
    if (!Number.isInteger(count) || count < 1 || place.trim() === '') {
      throw new SvError('SV_DATA_FORMAT', `\`scenes:${ref}\` says how many by \`${place}\`, expected a whole number.`, {
        fix: 'Write scenes:200.',
      });
    }
    const { weather, time, ...numbers } = options;
    const chosen: ScenesOptions = {
      ...Object.fromEntries(
        Object.entries(numbers).map(([name, value]) => [name, value === '' ? Number.NaN : Number(value)]),
      ),
      ...(weather === undefined ? {} : { weather: weather as Weather }),
      ...(time === undefined ? {} : { time: time as Time }),
    };
    // So that a mistake is named here and not at the first sample.
    sceneSample(0, chosen);
    return {
      name: `scenes:${ref}`,
      count,
      async *samples() {
        for (let index = 0; index < count; index++) {
          ctx.signal.throwIfAborted();
          yield asSample(sceneSample(index, chosen), ctx.task);
        }
      },
    };
  },
};
