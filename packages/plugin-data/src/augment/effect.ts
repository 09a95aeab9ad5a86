import { didYouMean, type Random, SvError } from '@streetvision/core';
import type { Picture } from './picture.js';

/** A number that an effect takes. */
export interface Setting {
  /** What is accepted, both ends included. */
  readonly low: number;
  readonly high: number;
  /** A number, or a range that each picture draws from uniformly. */
  readonly default: number | readonly [number, number];
  /** For people, with the unit. */
  readonly meaning: string;
}

/** One way to change a picture. */
export interface Effect<Key extends string = string> {
  readonly name: string;
  readonly description: string;
  readonly settings: Readonly<Record<Key, Setting>>;
  /** May write to the pixels it is given. */
  apply(picture: Picture, drawn: Readonly<Record<Key, number>>, random: Random): Picture | Promise<Picture>;
}

/** Carries the types. */
export const defineEffect = <Key extends string>(effect: Effect<Key>): Effect<Key> => effect;

/** What a user may say of an effect: a number, or a range to draw from; `probability` of being applied at all. */
export type EffectSettings = Readonly<Record<string, number | readonly [number, number]>>;

/** The ranges of one step, checked. */
export type Ranges = ReadonlyMap<string, readonly [low: number, high: number]>;

const PROBABILITY: Setting = { low: 0, high: 1, default: 1, meaning: 'the probability of being applied' };

/** Fills in what the user left out. Throws `SV_DATA_AUGMENTATION`. */
export function resolveSettings(effect: Effect, given: EffectSettings): Ranges {
  const known: Readonly<Record<string, Setting>> = { ...effect.settings, probability: PROBABILITY };
  const names = Object.keys(known);
  for (const key of Object.keys(given)) {
    if (names.includes(key)) continue;
    throw new SvError(
      'SV_DATA_AUGMENTATION',
      `The augmentation \`${effect.name}\` has no setting \`${key}\`.${didYouMean(key, names)}`,
      { fix: `Settings are ${names.join(', ')}.` },
    );
  }
  return new Map(
    Object.entries(known).map(([key, setting]) => {
      const value = given[key] ?? setting.default;
      const [low, high] = typeof value === 'number' ? [value, value] : value;
      if (!(low >= setting.low && low <= high && high <= setting.high)) {
        throw new SvError(
          'SV_DATA_AUGMENTATION',
          `\`${key}\` of \`${effect.name}\` is ${JSON.stringify(value)}, expected a number or [low, high] from ${setting.low} to ${setting.high}.`,
          { fix: `\`${key}\` is ${setting.meaning}.` },
        );
      }
      return [key, [low, high]] as const;
    }),
  );
}

/** Every setting draws from a stream of its own, so that a new setting changes no other. */
export function draw(ranges: Ranges, random: Random): Record<string, number> {
  const drawn: Record<string, number> = {};
  for (const [key, [low, high]] of ranges) drawn[key] = low === high ? low : random.fork(key).between(low, high);
  return drawn;
}
