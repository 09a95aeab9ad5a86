// biome-ignore-all lint/style/noNonNullAssertion: indices into typed arrays, checked by the loops' bounds
import type { Random } from '@streetvision/core';
import { defineEffect } from '../effect.js';
import type { Picture } from '../picture.js';
import { curve } from './colour.js';

/** Mixes a pixel with a grey. @param share 0–1 */
function blend(data: Uint8Array, at: number, grey: number, share: number): void {
  data[at] = data[at]! + (grey - data[at]!) * share;
  data[at + 1] = data[at + 1]! + (grey - data[at + 1]!) * share;
  data[at + 2] = data[at + 2]! + (grey - data[at + 2]!) * share;
}

export const rain = defineEffect({
  name: 'rain',
  description: 'falling drops and a grey veil',
  settings: {
    amount: { low: 0, high: 1, default: [0.3, 0.9], meaning: 'how much of it falls' },
    slant: { low: -45, high: 45, default: [-12, 12], meaning: 'the angle to the vertical, in degrees' },
  },
  apply(picture, { amount, slant }, random) {
    const { width, height, data } = picture;
    curve(picture, (value) => 128 * 0.25 * amount + value * (1 - 0.3 * amount));
    const streaks = Math.round((amount * width * height) / 1200);
    const tan = Math.tan((slant * Math.PI) / 180);
    for (let i = 0; i < streaks; i++) {
      const length = Math.max(2, height * (0.02 + 0.06 * random.next()));
      const share = 0.15 + 0.4 * random.next();
      let x = random.next() * width;
      const top = Math.floor(random.next() * (height + length) - length);
      for (let y = top; y < top + length; y++, x += tan) {
        if (y < 0 || y >= height || x < 0 || x >= width - 1) continue;
        const left = Math.floor(x);
        const at = (y * width + left) * 3;
        // Between two columns, so that slanted drops are no stairs.
        blend(data, at, 205, share * (1 - x + left));
        blend(data, at + 3, 205, share * (x - left));
      }
    }
    return picture;
  },
});

export const snow = defineEffect({
  name: 'snow',
  description: 'falling flakes and a pale light',
  settings: { amount: { low: 0, high: 1, default: [0.3, 0.9], meaning: 'how much of it falls' } },
  apply(picture, { amount }, random) {
    const { width, height, data } = picture;
    curve(picture, (value) => value + (255 - value) * 0.18 * amount);
    const flakes = Math.round((amount * width * height) / 900);
    for (let i = 0; i < flakes; i++) {
      // Few are near and large.
      const radius = Math.max(0.6, (height / 260) * random.next() ** 3 * 2.5);
      disc(picture, random.next() * width, random.next() * height, radius, 0.55 + 0.4 * random.next(), data);
    }
    return picture;
  },
});

/** A soft white disc. */
function disc(
  { width, height }: Picture,
  cx: number,
  cy: number,
  radius: number,
  share: number,
  data: Uint8Array,
): void {
  const reach = radius + 1;
  for (let y = Math.max(0, Math.ceil(cy - reach)); y <= Math.min(height - 1, cy + reach); y++) {
    for (let x = Math.max(0, Math.ceil(cx - reach)); x <= Math.min(width - 1, cx + reach); x++) {
      const inside = Math.min(1, reach - Math.hypot(x - cx, y - cy));
      if (inside > 0) blend(data, (y * width + x) * 3, 248, share * inside);
    }
  }
}

const CELLS_ACROSS = 8;
const CELLS_DOWN = 5;

export const fog = defineEffect({
  name: 'fog',
  description: 'thickest at the horizon, in patches',
  settings: {
    density: { low: 0, high: 1, default: [0.3, 0.8], meaning: 'the share of fog in the pixels at the horizon' },
    horizon: { low: 0, high: 1, default: 0.45, meaning: 'where the horizon lies, from the top' },
  },
  apply(picture, { density, horizon }, random) {
    const { width, height, data } = picture;
    const patches = patchwork(random);
    const row = new Float32Array(width);
    for (let y = 0, i = 0; y < height; y++) {
      const away = (y / height - horizon) / 0.32;
      const thick = 256 * density * (0.3 + 0.7 * Math.exp(-away * away));
      fillRow(row, patches, (y / height) * CELLS_DOWN);
      for (let x = 0; x < width; x++, i += 3) {
        const share = Math.min(256, thick * row[x]!) | 0;
        data[i] = data[i]! + (((214 - data[i]!) * share) >> 8);
        data[i + 1] = data[i + 1]! + (((217 - data[i + 1]!) * share) >> 8);
        data[i + 2] = data[i + 2]! + (((220 - data[i + 2]!) * share) >> 8);
      }
    }
    return picture;
  },
});

/** How thick the fog is in each cell, 0.75–1.25. */
const patchwork = (random: Random) =>
  Float32Array.from({ length: (CELLS_ACROSS + 1) * (CELLS_DOWN + 2) }, () => 0.75 + 0.5 * random.next());

function fillRow(row: Float32Array, patches: Float32Array, at: number): void {
  const top = Math.floor(at);
  const down = at - top;
  const across = CELLS_ACROSS + 1;
  for (let x = 0; x < row.length; x++) {
    const position = (x * CELLS_ACROSS) / row.length;
    const left = Math.floor(position);
    const part = position - left;
    const cell = top * across + left;
    const above = patches[cell]! + (patches[cell + 1]! - patches[cell]!) * part;
    const below = patches[cell + across]! + (patches[cell + across + 1]! - patches[cell + across]!) * part;
    row[x] = above + (below - above) * down;
  }
}
