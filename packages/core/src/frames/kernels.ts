// biome-ignore-all lint/style/noNonNullAssertion: indices into typed arrays, checked by the loops' bounds
import type { Resample } from '../types/frame.js';

/** Weights of the input samples behind each output sample of one axis. */
export interface Coefficients {
  /** Output samples. */
  readonly length: number;
  /** Weights kept per output sample; the last ones may be 0. */
  readonly taps: number;
  /** First input sample of each output sample; `starts[i] + counts[i]` never passes the input's end. */
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  /** `length * taps`, each row adding up to 1. */
  readonly weights: Float64Array;
}

interface Kernel {
  readonly support: number;
  at(x: number): number;
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

const cubic =
  (a: number) =>
  (x: number): number => {
    const t = Math.abs(x);
    if (t < 1) return ((a + 2) * t - (a + 3)) * t * t + 1;
    return t < 2 ? (((t - 5) * t + 8) * t - 4) * a : 0;
  };

// Pillow's, and torchvision's with antialias: the cubic has a = -0.5.
const FILTERED: Record<Exclude<Resample, 'nearest'>, Kernel> = {
  bilinear: { support: 1, at: (x) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: { support: 2, at: cubic(-0.5) },
  lanczos: { support: 3, at: (x) => (Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

// OpenCV's, and torch's without antialias: the cubic has a = -0.75.
const SAMPLED = { bilinear: FILTERED.bilinear, bicubic: { support: 2, at: cubic(-0.75) } };

/**
 * Weights that bring `from` samples to `to`, for the output samples `first … first + length - 1` only.
 * @param antialias widens the kernel while shrinking, so that every input sample counts
 */
export function coefficients(
  resample: Resample,
  antialias: boolean,
  from: number,
  to: number,
  first = 0,
  length = to,
): Coefficients {
  if (from === to) return pick(length, (i) => first + i);
  const ratio = from / to;
  if (resample === 'nearest') {
    // Pillow takes the sample under the centre, OpenCV the one under the left edge.
    const shift = antialias ? 0.5 : 0;
    return pick(length, (i) => Math.min(from - 1, Math.floor((first + i + shift) * ratio)));
  }
  return antialias
    ? filtered(FILTERED[resample], from, ratio, first, length)
    : sampled(resample === 'bicubic' ? SAMPLED.bicubic : SAMPLED.bilinear, from, ratio, first, length);
}

function pick(length: number, at: (i: number) => number): Coefficients {
  return {
    length,
    taps: 1,
    starts: Int32Array.from({ length }, (_, i) => at(i)),
    counts: new Int32Array(length).fill(1),
    weights: new Float64Array(length).fill(1),
  };
}

// Pillow cuts the kernel at the border and brings the rest back to a sum of 1.
function filtered(kernel: Kernel, from: number, ratio: number, first: number, length: number): Coefficients {
  const stretch = Math.max(1, ratio);
  const support = kernel.support * stretch;
  const taps = Math.min(from, Math.ceil(support) * 2 + 1);
  const starts = new Int32Array(length);
  const counts = new Int32Array(length);
  const weights = new Float64Array(length * taps);
  for (let i = 0; i < length; i++) {
    const center = (first + i + 0.5) * ratio;
    const start = Math.max(0, Math.trunc(center - support + 0.5));
    const count = Math.min(from, Math.trunc(center + support + 0.5)) - start;
    let sum = 0;
    for (let k = 0; k < count; k++) {
      const weight = kernel.at((k + start - center + 0.5) / stretch);
      weights[i * taps + k] = weight;
      sum += weight;
    }
    for (let k = 0; k < count; k++) weights[i * taps + k]! /= sum;
    starts[i] = start;
    counts[i] = count;
  }
  return { length, taps, starts, counts, weights };
}

// OpenCV repeats the border: what falls outside counts for the nearest sample inside.
function sampled(kernel: Kernel, from: number, ratio: number, first: number, length: number): Coefficients {
  const taps = Math.min(from, kernel.support * 2);
  const starts = new Int32Array(length);
  const counts = new Int32Array(length).fill(taps);
  const weights = new Float64Array(length * taps);
  for (let i = 0; i < length; i++) {
    const center = (first + i + 0.5) * ratio - 0.5;
    const left = Math.floor(center) - kernel.support + 1;
    const start = Math.min(Math.max(0, left), from - taps);
    for (let k = 0; k < kernel.support * 2; k++) {
      const inside = Math.min(Math.max(0, left + k), from - 1);
      weights[i * taps + inside - start]! += kernel.at(left + k - center);
    }
    starts[i] = start;
  }
  return { length, taps, starts, counts, weights };
}
