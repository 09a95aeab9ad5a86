import type { Random } from '@streetvision/core';
import type { Air } from '../air.js';
import type { Colour } from '../draw/paint.js';
import type { StreetLook } from '../draw/street.js';

export const WEATHERS = ['clear', 'rain', 'fog', 'snow'] as const;
export type Weather = (typeof WEATHERS)[number];

export const TIMES = ['day', 'dusk', 'night'] as const;
export type Time = (typeof TIMES)[number];

/** What weather and time of day do to a scene. */
export interface Mood {
  readonly look: Pick<StreetLook, 'sky' | 'asphalt' | 'paint' | 'tracks'>;
  readonly air: Air;
  /** Things of this kind lie under snow, or are wet. */
  readonly ground: (colour: Colour) => Colour;
  readonly clouds: Colour | undefined;
  /** Lamps and windows are lit. */
  readonly lit: boolean;
  readonly falls?: { readonly kind: 'rain' | 'snow'; readonly amount: number };
}

export function pickOf<T>(random: Random, items: readonly T[]): T {
  return items[random.below(items.length)] as T;
}

const DAY_SKIES: readonly (readonly [Colour, Colour])[] = [
  ['#5f8fc9', '#c9dbe8'],
  ['#6d9bd1', '#d5e3ea'],
  ['#4f83c4', '#bcd3e4'],
  ['#9aa3ab', '#cfd3d6'],
];
const DUSK_SKIES: readonly (readonly [Colour, Colour])[] = [
  ['#5b5f86', '#f0a35e'],
  ['#4a4f78', '#d98a6a'],
  ['#6b6f92', '#e9bf8a'],
];
const GREY_SKY: readonly [Colour, Colour] = ['#8b939a', '#c3c8cb'];
const NIGHT_SKY: readonly [Colour, Colour] = ['#0a0e1a', '#1f2433'];

export function moodOf(random: Random, weather: Weather, time: Time): Mood {
  const dark = time === 'night';
  const dull = weather !== 'clear';
  const dusky = pickOf(random, DUSK_SKIES);
  const day = dull ? GREY_SKY : pickOf(random, DAY_SKIES);
  const haze = hazeOf(random, weather, time, dark ? NIGHT_SKY[1] : time === 'dusk' ? dusky[1] : day[1]);
  const sky = dark
    ? NIGHT_SKY
    : time === 'dusk' && !dull
      ? dusky
      : time === 'dusk'
        ? (['#565b6e', '#a08f86'] as const)
        : day;
  const snowy = weather === 'snow';
  const amount = random.between(0.3, 0.9);
  return {
    look: {
      sky: weather === 'fog' && haze.haze ? [haze.haze.colour, haze.haze.colour] : sky,
      asphalt: pickOf<Colour>(
        random,
        snowy ? ['#9c9fa3', '#8b8e93'] : dull ? ['#4a4d51', '#535659'] : ['#63656a', '#595c60', '#6a6b6d'],
      ),
      paint: snowy ? '#b9bbbb' : '#d9d9d2',
      tracks: snowy ? 0.72 : weather === 'rain' ? 1.16 : 0.93,
    },
    air: haze,
    ground: (colour) => (snowy ? '#e3e6e9' : colour),
    clouds: dark || weather === 'fog' ? undefined : time === 'dusk' ? '#c9a6a0' : dull ? '#aeb4b8' : '#f4f6f7',
    lit: time !== 'day',
    ...(weather === 'rain' || snowy ? { falls: { kind: snowy ? 'snow' : 'rain', amount } } : {}),
  };
}

/** Light and haze of the air. */
function hazeOf(random: Random, weather: Weather, time: Time, horizon: Colour): Air {
  const perMetre = { clear: 0.0022, rain: 0.008, fog: random.between(0.02, 0.045), snow: 0.014 }[weather];
  if (time === 'night') {
    const colour: Colour = weather === 'fog' || weather === 'snow' ? '#2b303c' : '#161a26';
    return { light: random.between(0.2, 0.32), tint: [0.85, 0.92, 1.15], haze: { colour, perMetre }, headlights: true };
  }
  const colour: Colour = weather === 'clear' ? horizon : time === 'dusk' ? '#9b9390' : '#c6cacc';
  const light = time === 'dusk' ? random.between(0.55, 0.7) : weather === 'clear' ? 1 : 0.88;
  return { light, tint: time === 'dusk' ? [1.08, 0.95, 0.92] : [1, 1, 1], haze: { colour, perMetre } };
}
