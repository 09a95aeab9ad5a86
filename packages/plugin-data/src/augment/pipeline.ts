import { didYouMean, type Random, SvError } from '@streetvision/core';
import { draw, type Effect, type EffectSettings, type Ranges, resolveSettings } from './effect.js';
import { EFFECTS } from './effects/index.js';
import type { Picture } from './picture.js';

/** An effect by its name, with settings where they differ from the defaults. */
export type PipelineStep = string | readonly [name: string, settings: EffectSettings];

/** Effects one after the other. @example ['flip', ['resizedCrop', { scale: [0.2, 1] }], ['rain', { probability: 0.3 }]] */
export type Pipeline = readonly PipelineStep[];

interface ReadyStep {
  readonly effect: Effect;
  readonly ranges: Ranges;
  /** Of its stream of random numbers: the name, and which of that name it is. */
  readonly stream: string;
}

/** A pipeline whose names and settings have been checked. */
export interface ReadyPipeline {
  apply(picture: Picture, random: Random): Promise<Picture>;
}

/** Checks names and settings, so that a mistake is named before the first picture. Throws `SV_DATA_AUGMENTATION`. */
export function preparePipeline(pipeline: Pipeline): ReadyPipeline {
  const seen = new Map<string, number>();
  const steps = pipeline.map((step): ReadyStep => {
    const [name, settings] = typeof step === 'string' ? [step, {}] : step;
    const effect = findEffect(name);
    const nth = seen.get(name) ?? 0;
    seen.set(name, nth + 1);
    return { effect, ranges: resolveSettings(effect, settings), stream: `${name}#${nth}` };
  });
  return {
    async apply(picture, random) {
      let out = picture;
      for (const { effect, ranges, stream } of steps) {
        const own = random.fork(stream);
        const { probability = 1, ...drawn } = draw(ranges, own);
        if (probability < 1 && own.fork('applied').next() >= probability) continue;
        out = await effect.apply(out, drawn, own);
      }
      return out;
    },
  };
}

export function findEffect(name: string): Effect {
  const found = EFFECTS.find((effect) => effect.name === name);
  if (found) return found;
  const names = EFFECTS.map((effect) => effect.name);
  throw new SvError('SV_DATA_AUGMENTATION', `There is no augmentation \`${name}\`.${didYouMean(name, names)}`, {
    fix: `Augmentations are ${names.join(', ')}.`,
  });
}
