// biome-ignore-all lint/style/noNonNullAssertion: indices into typed arrays, checked by the loops' bounds
import { type Random, resizePixels } from '@streetvision/core';
import type { Picture } from '../picture.js';

/** The validator's distortions, by its names, in its order. */
export const DISTORTIONS = ['CS', 'CC', 'JPEG', 'GNC', 'GB'] as const;
export type DistortionName = (typeof DISTORTIONS)[number];

/** What levels 1 and 2 mean; no pipeline draws a higher one. */
const LEVELS: Readonly<Record<DistortionName, readonly [number, number]>> = {
  /** Saturation, factor. */
  CS: [0.4, 0.3],
  /** Contrast: what every value is multiplied with. */
  CC: [0.85, 0.725],
  /** No JPEG: scaled down so many times, and up again. */
  JPEG: [2, 3],
  /** Variance of the noise. */
  GNC: [0.001, 0.002],
  /** Side of the Gaussian kernel, pixels; sigma is a sixth of it. */
  GB: [7, 9],
};

/** @param level 1 or 2 */
export async function distort(picture: Picture, name: DistortionName, level: number, random: Random): Promise<Picture> {
  const value = LEVELS[name][level - 1] as number;
  if (name === 'CS') return inYcbcr(picture, (values) => saturate(values, value));
  if (name === 'CC')
    return { ...picture, data: picture.data.map((byte) => Math.trunc(Math.fround(byte * Math.fround(value)))) };
  if (name === 'JPEG') return downAndUp(picture, value);
  if (name === 'GNC') return inYcbcr(picture, (values) => addNoise(values, 255 * Math.sqrt(value), random));
  return { ...picture, data: blur(picture, value) };
}

/**
 * To Y, Cb and Cr as the validator scales them (OpenCV's formula, whose offset of a half is meant for values up to 1 but
 * meets values up to 255), a change, and back: fractions are cut off.
 */
function inYcbcr(picture: Picture, change: (ycbcr: Float64Array) => void): Picture {
  const { data } = picture;
  const values = new Float64Array(data.length);
  for (let i = 0; i < data.length; i += 3) {
    const luma = 0.299 * data[i]! + 0.587 * data[i + 1]! + 0.114 * data[i + 2]!;
    values[i] = (luma * 219 + 16) / 255;
    values[i + 1] = (((data[i + 2]! - luma) * 0.564 + 0.5) * 224 + 16) / 255;
    values[i + 2] = (((data[i]! - luma) * 0.713 + 0.5) * 224 + 16) / 255;
  }
  change(values);
  const out = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i += 3) {
    const luma = (values[i]! * 255 - 16) / 219;
    const cb = (values[i + 1]! * 255 - 16) / 224 - 0.5;
    const cr = (values[i + 2]! * 255 - 16) / 224 - 0.5;
    out[i] = clip(luma + 1.403 * cr);
    out[i + 1] = clip(luma - 0.714 * cr - 0.344 * cb);
    out[i + 2] = clip(luma + 1.773 * cb);
  }
  return { ...picture, data: out };
}

const clip = (value: number) => (value < 0 ? 0 : value > 255 ? 255 : Math.trunc(value));

function saturate(values: Float64Array, factor: number): void {
  for (let i = 0; i < values.length; i += 3) {
    values[i + 1] = 0.5 + (values[i + 1]! - 0.5) * factor;
    values[i + 2] = 0.5 + (values[i + 2]! - 0.5) * factor;
  }
}

function addNoise(values: Float64Array, sigma: number, random: Random): void {
  for (let i = 0; i < values.length; i++) values[i]! += sigma * random.normal();
}

async function downAndUp(picture: Picture, factor: number): Promise<Picture> {
  const { width, height, boxes } = picture;
  const small = { width: Math.floor(width / factor), height: Math.floor(height / factor), antialias: false };
  const shrunk = await resizePixels(picture, small);
  return { ...(await resizePixels(shrunk, { width, height, antialias: false })), boxes };
}

/** OpenCV's blur of 8-bit pictures: weights of 8 bits that sum to 256, one rounding at the end, mirrored borders. */
function blur({ width, height, data }: Picture, size: number): Uint8Array {
  const weights = gaussianWeights(size, size / 6);
  const half = (size - 1) / 2;
  const between = new Uint16Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3;
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        for (let k = -half; k <= half; k++) {
          sum += weights[k + half]! * data[(y * width + mirror(x + k, width)) * 3 + channel]!;
        }
        between[at + channel] = sum;
      }
    }
  }
  const out = new Uint8Array(data.length);
  const stride = width * 3;
  const rows = new Int32Array(size);
  for (let y = 0; y < height; y++) {
    for (let k = 0; k < size; k++) rows[k] = mirror(y + k - half, height) * stride;
    for (let x = 0; x < stride; x++) {
      let sum = 32768;
      for (let k = 0; k < size; k++) sum += weights[k]! * between[rows[k]! + x]!;
      out[y * stride + x] = sum >>> 16;
    }
  }
  return out;
}

/** Without repeating the outermost pixel. */
const mirror = (at: number, length: number) => (at < 0 ? -at : at >= length ? 2 * length - 2 - at : at);

/** What rounding takes from one weight goes to the next, and the middle takes the rest. */
export function gaussianWeights(size: number, sigma: number): Int32Array {
  const half = (size - 1) / 2;
  const exact = Float64Array.from({ length: size }, (_, i) => Math.exp(-((i - half) ** 2) / (2 * sigma * sigma)));
  const total = exact.reduce((sum, value) => sum + value, 0);
  const weights = new Int32Array(size);
  let error = 0;
  let sum = 0;
  for (let i = 0; i < half; i++) {
    const wanted = (exact[i]! / total) * 256 + error;
    weights[i] = Math.round(wanted);
    weights[size - 1 - i] = weights[i]!;
    error = wanted - weights[i]!;
    sum += 2 * weights[i]!;
  }
  weights[half] = 256 - sum;
  return weights;
}
