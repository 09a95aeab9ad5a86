// biome-ignore-all lint/style/noNonNullAssertion: indices into typed arrays, checked by the loops' bounds
import { defineEffect } from '../effect.js';
import type { Picture } from '../picture.js';

// BT.601, in 16 bits.
const RED = 19595;
const GREEN = 38470;
const BLUE = 7471;

/** Sends every byte through a table: one pass whatever the curve is. */
export function curve(picture: Picture, of: (value: number) => number): Picture {
  const table = Uint8ClampedArray.from({ length: 256 }, (_, value) => of(value));
  const { data } = picture;
  for (let i = 0; i < data.length; i++) data[i] = table[data[i]!]!;
  return picture;
}

function meanGrey({ data }: Picture): number {
  let sum = 0;
  for (let i = 0; i < data.length; i += 3) {
    sum += (data[i]! * RED + data[i + 1]! * GREEN + data[i + 2]! * BLUE) >>> 16;
  }
  return data.length === 0 ? 0 : sum / (data.length / 3);
}

/** A 3 × 3 matrix over the channels. */
function mix(picture: Picture, matrix: readonly number[]): Picture {
  const [a, b, c, d, e, f, g, h, i] = matrix.map((value) => Math.round(value * 65536)) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const { data } = picture;
  const out = new Uint8ClampedArray(data.buffer, data.byteOffset, data.length);
  for (let p = 0; p < data.length; p += 3) {
    const [red, green, blue] = [data[p]!, data[p + 1]!, data[p + 2]!];
    out[p] = (red * a + green * b + blue * c) / 65536;
    out[p + 1] = (red * d + green * e + blue * f) / 65536;
    out[p + 2] = (red * g + green * h + blue * i) / 65536;
  }
  return picture;
}

export const brightness = defineEffect({
  name: 'brightness',
  description: 'darker or lighter',
  settings: { factor: { low: 0, high: 4, default: [0.7, 1.3], meaning: 'what every value is multiplied with' } },
  apply: (picture, { factor }) => curve(picture, (value) => value * factor),
});

export const contrast = defineEffect({
  name: 'contrast',
  description: 'flatter or harder, about the mean grey',
  settings: {
    factor: { low: 0, high: 4, default: [0.7, 1.3], meaning: 'what the distance to the mean is multiplied with' },
  },
  apply(picture, { factor }) {
    const mean = meanGrey(picture);
    return curve(picture, (value) => mean + (value - mean) * factor);
  },
});

export const saturation = defineEffect({
  name: 'saturation',
  description: 'paler or more colourful; 0 is grey',
  settings: {
    factor: { low: 0, high: 4, default: [0.6, 1.4], meaning: 'what the distance to grey is multiplied with' },
  },
  apply(picture, { factor }) {
    const [r, g, b] = [0.299, 0.587, 0.114].map((weight) => weight * (1 - factor)) as [number, number, number];
    return mix(picture, [r + factor, g, b, r, g + factor, b, r, g, b + factor]);
  },
});

export const hue = defineEffect({
  name: 'hue',
  description: 'colours turned about the grey axis',
  settings: { degrees: { low: -180, high: 180, default: [-12, 12], meaning: 'the angle, in degrees' } },
  apply(picture, { degrees }) {
    const angle = (degrees * Math.PI) / 180;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    // Brightness is kept: the turn is about (0.299, 0.587, 0.114) in YIQ.
    return mix(picture, [
      0.299 + 0.701 * cos + 0.168 * sin,
      0.587 - 0.587 * cos + 0.33 * sin,
      0.114 - 0.114 * cos - 0.497 * sin,
      0.299 - 0.299 * cos - 0.328 * sin,
      0.587 + 0.413 * cos + 0.035 * sin,
      0.114 - 0.114 * cos + 0.292 * sin,
      0.299 - 0.3 * cos + 1.25 * sin,
      0.587 - 0.588 * cos - 1.05 * sin,
      0.114 + 0.886 * cos - 0.203 * sin,
    ]);
  },
});
