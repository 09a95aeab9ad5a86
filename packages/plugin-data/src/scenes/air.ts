import { type Colour, shade } from './draw/paint.js';

/** What lies between the camera and things: light and haze. */
export interface Air {
  /** How much light falls on things, 1 by day. @default 1 */
  readonly light?: number;
  /** What the light lacks: 1 for blue leaves red and green as they are times `light`. @default none */
  readonly tint?: readonly [red: number, green: number, blue: number];
  /** The colour that far things fade into, and how fast, per metre. */
  readonly haze?: { readonly colour: Colour; readonly perMetre: number };
  /** The camera's car lights what is ahead. @default false */
  readonly headlights?: boolean;
}

/** How far headlights reach, and how wide they are, metres. */
const REACH = 26;
const BEAM = 4.5;

/** A drawing as it looks at its place. Colours that shine by themselves are written `rgb(…)` and only fade. */
export function seenThrough(air: Air | undefined, drawing: string, x: number, z: number): string {
  if (!air) return drawing;
  const { light = 1, tint = [1, 1, 1], haze, headlights = false } = air;
  const beam = headlights ? Math.exp(-((z / REACH) ** 2) - (x / (BEAM + 0.12 * z)) ** 2) : 0;
  const fade = haze ? 1 - Math.exp(-haze.perMetre * z) : 0;
  const seen = (value: number, channel: number) => {
    const lit = value * Math.min(1, light * (tint[channel] as number) + 0.85 * beam);
    return mix(lit, haze ? channelOf(haze.colour, channel) : 0, fade);
  };
  return drawing
    .replace(/#[\da-f]{6}/g, (colour) => hex([0, 1, 2].map((channel) => seen(channelOf(colour, channel), channel))))
    .replace(/rgb\((\d+),(\d+),(\d+)\)/g, (_, ...channels: string[]) =>
      hex(channels.slice(0, 3).map((value, i) => mix(Number(value), haze ? channelOf(haze.colour, i) : 0, fade * 0.5))),
    );
}

const mix = (value: number, other: number, share: number) => value + (other - value) * share;

const channelOf = (colour: string, channel: number) =>
  Number.parseInt(colour.slice(1 + 2 * channel, 3 + 2 * channel), 16);

const hex = (channels: readonly number[]) =>
  `#${channels
    .map((value) =>
      Math.max(0, Math.min(255, Math.round(value)))
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;

/** A colour as `seenThrough` writes it near the camera, for what has no depth. */
export const lit = (air: Air | undefined, colour: Colour): Colour => (air ? shade(colour, air.light ?? 1) : colour);
