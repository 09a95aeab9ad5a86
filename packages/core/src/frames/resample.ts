// biome-ignore-all lint/style/noNonNullAssertion: indices into typed arrays, checked by the loops' bounds
import { setImmediate } from 'node:timers/promises';
import type { Pixels } from '../types/frame.js';
import { createBufferPool } from './buffer-pool.js';
import type { Plan } from './fit.js';
import { type Coefficients, coefficients } from './kernels.js';
import { columnsFixed, columnsFloat, rowsFixed, rowsFloat, toFixed } from './passes.js';
import { bilinearSampler } from './sampled.js';
import type { ResolvedSpec } from './spec.js';

/** Resized pixels, interleaved RGB from 0 to 255. */
export interface Resized {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Float32Array;
}

/** The event loop gets its turn at least this often, in milliseconds, however large the picture is. */
const SLICE_MS = 3;

/** Multiply-adds between two looks at the clock, about half a millisecond. */
const SLICE_WORK = 400_000;

// Between the two passes; powers of two, so that pictures of every size share a few buffers.
const scratch = createBufferPool(32 * 2 ** 20);
const acquireScratch = (floats: number): Float32Array => scratch.acquire(2 ** Math.ceil(Math.log2(floats)));

/** How the filter is to be, and what part of the resized picture is wanted. */
type How = Pick<ResolvedSpec, 'resample' | 'antialias' | 'rounding'>;

/**
 * The exact resampler: separable, along x and then along y, as Pillow (`rounding: 'uint8'`), torchvision on tensors
 * (`rounding: 'float'`) and OpenCV (`antialias: false`) do it. Computes the plan's window only, so that a picture of
 * extreme proportions costs no more than another.
 */
export async function resample(pixels: Pixels, plan: Plan, how: How): Promise<Resized> {
  const { window } = plan;
  const { width, height } = window;
  if (!how.antialias && how.resample === 'bilinear' && how.rounding === 'uint8') {
    const data = new Uint8Array(width * height * 3);
    await inSlices(0, height, width * 3 * 4, bilinearSampler(pixels, plan, data));
    return { width, height, data };
  }
  const across = coefficients(how.resample, how.antialias, pixels.width, plan.width, window.x, width);
  const down = coefficients(how.resample, how.antialias, pixels.height, plan.height, window.y, height);
  if (how.rounding === 'float') return { width, height, data: await resampleFloat(pixels, across, down) };
  // Only Pillow's way rounds between the passes; a cubic of OpenCV's kind is rounded once.
  if (how.antialias) return { width, height, data: await resampleFixed(pixels, across, down) };
  return { width, height, data: toBytes(await resampleFloat(pixels, across, down)) };
}

function toBytes(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) bytes[i] = Math.min(Math.max(Math.round(values[i]!), 0), 255);
  return bytes;
}

async function resampleFixed(pixels: Pixels, across: Coefficients, down: Coefficients): Promise<Uint8Array> {
  const x = toFixed(across);
  const y = toFixed(down);
  const target = new Uint8Array(across.length * down.length * 3);
  if (columnsFirst(pixels, across, down)) {
    const between = new Uint8Array(pixels.width * down.length * 3);
    await columns(pixels.width * 3, y, (from, to) =>
      columnsFixed(pixels.data, pixels.width * 3, between, y, from, to, 0),
    );
    await rows(0, down.length, x, (from, to) => rowsFixed(between, pixels.width, target, x, from, to, 0));
    return target;
  }
  const { first, last } = span(down);
  const between = new Uint8Array(across.length * (last - first) * 3);
  await rows(first, last, x, (from, to) => rowsFixed(pixels.data, pixels.width, between, x, from, to, first));
  await columns(across.length * 3, y, (from, to) =>
    columnsFixed(between, across.length * 3, target, y, from, to, first),
  );
  return target;
}

async function resampleFloat(pixels: Pixels, x: Coefficients, y: Coefficients): Promise<Float32Array> {
  const target = new Float32Array(x.length * y.length * 3);
  if (columnsFirst(pixels, x, y)) {
    const between = acquireScratch(pixels.width * y.length * 3);
    await columns(pixels.width * 3, y, (from, to) =>
      columnsFloat(pixels.data, pixels.width * 3, between, y, from, to, 0),
    );
    await rows(0, y.length, x, (from, to) => rowsFloat(between, pixels.width, target, x, from, to, 0));
    scratch.release(between);
    return target;
  }
  const { first, last } = span(y);
  const needed = touched(y, pixels.height);
  const between = acquireScratch(x.length * (last - first) * 3);
  await rows(first, last, x, (from, to) => rowsFloat(pixels.data, pixels.width, between, x, from, to, first, needed));
  await columns(x.length * 3, y, (from, to) => columnsFloat(between, x.length * 3, target, y, from, to, first));
  scratch.release(between);
  return target;
}

/**
 * Along x first is the references' order. A picture of a few columns and millions of rows would blow up on that way, so
 * it goes the other one, at most a level apart.
 */
function columnsFirst(pixels: Pixels, across: Coefficients, down: Coefficients): boolean {
  const { first, last } = span(down);
  const between = across.length * (last - first);
  const ends = pixels.width * pixels.height + across.length * down.length;
  return between > 4 * ends || (between > 2 ** 24 && between > pixels.width * down.length);
}

/** The input samples between the first and the last that count. */
function span({ length, starts, counts }: Coefficients): { first: number; last: number } {
  const end = length - 1;
  return { first: starts[0]!, last: starts[end]! + counts[end]! };
}

// While shrinking without antialias most rows are never read.
function touched({ length, starts, counts }: Coefficients, size: number): Uint8Array {
  const needed = new Uint8Array(size);
  for (let i = 0; i < length; i++) needed.fill(1, starts[i], starts[i]! + counts[i]!);
  return needed;
}

type Band = (from: number, to: number) => void;

const rows = (from: number, to: number, axis: Omit<Coefficients, 'weights'>, band: Band): Promise<void> =>
  inSlices(from, to, axis.length * axis.taps * 3, band);

const columns = (samples: number, axis: Omit<Coefficients, 'weights'>, band: Band): Promise<void> =>
  inSlices(0, axis.length, samples * axis.taps, band);

// Works through rows in bands and lets the event loop run in between: a large picture must not hold up the others.
async function inSlices(from: number, to: number, workPerRow: number, band: Band): Promise<void> {
  const step = Math.max(1, Math.floor(SLICE_WORK / workPerRow));
  let since = performance.now();
  for (let row = from; row < to; row += step) {
    band(row, Math.min(to, row + step));
    if (row + step < to && performance.now() - since > SLICE_MS) {
      await setImmediate();
      since = performance.now();
    }
  }
}
