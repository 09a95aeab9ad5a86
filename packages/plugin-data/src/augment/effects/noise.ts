// biome-ignore-all lint/style/noNonNullAssertion: indices into typed arrays, checked by the loops' bounds
import type { Random } from '@streetvision/core';
import { defineEffect } from '../effect.js';

const BITS = 12;

/** Samples of a normal distribution, one for each of 4096 equal parts of its probability. */
let kept: Float64Array | undefined;

function quantiles(): Float64Array {
  if (kept) return kept;
  const count = 2 ** BITS;
  const values = new Float64Array(count);
  // Newton on the integral, from the middle outwards: each quantile starts where its neighbour ended.
  let x = 0;
  let below = 0.5;
  for (let i = count / 2; i < count; i++) {
    const wanted = (i + 0.5) / count;
    while (below < wanted) {
      const step = Math.min(1e-3, (wanted - below) / density(x));
      below += step * density(x + step / 2);
      x += step;
      if (step < 1e-9) break;
    }
    values[i] = x;
    values[count - 1 - i] = -x;
  }
  kept = values;
  return values;
}

function density(x: number): number {
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
}

/** Adds normal noise to the pixels. @param sigma standard deviation, of 255 */
export function addNoise(data: Uint8Array, sigma: number, grey: boolean, random: Random): void {
  const table = Float32Array.from(quantiles(), (value) => value * sigma);
  const out = new Uint8ClampedArray(data.buffer, data.byteOffset, data.length);
  const mask = 2 ** BITS - 1;
  // xorshift32: a tenth of the time of the project's generator, which seeds it.
  let state = 1 + random.below(0xfffffffe);
  for (let i = 0; i < data.length; i += 3) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const first = table[state & mask]!;
    out[i] = data[i]! + first;
    if (grey) {
      out[i + 1] = data[i + 1]! + first;
      out[i + 2] = data[i + 2]! + first;
      continue;
    }
    out[i + 1] = data[i + 1]! + table[(state >>> BITS) & mask]!;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    out[i + 2] = data[i + 2]! + table[(state >>> 8) & mask]!;
  }
}

export const noise = defineEffect({
  name: 'noise',
  description: 'the noise of a sensor',
  settings: {
    sigma: { low: 0, high: 128, default: [3, 15], meaning: 'the standard deviation, of 255' },
    grey: { low: 0, high: 1, default: 0, meaning: '1 for the same noise on all channels' },
  },
  apply(picture, { sigma, grey }, random) {
    addNoise(picture.data, sigma, grey >= 0.5, random.fork('values'));
    return picture;
  },
});
