// biome-ignore-all lint/style/noNonNullAssertion: indices into typed arrays, checked by the loops' bounds
import type { Pixels } from '../types/frame.js';
import type { Plan } from './fit.js';

/** OpenCV's fixed point for 8-bit pictures: 11 bits along each axis. */
const ONE = 2 ** 11;

/** The two input samples behind each output sample, and their weights. */
interface Axis {
  readonly low: Int32Array;
  readonly high: Int32Array;
  readonly lowWeight: Int32Array;
  readonly highWeight: Int32Array;
}

/**
 * Bilinear without antialias, bit for bit as OpenCV's `INTER_LINEAR` on 8-bit pictures. Returns what writes the output
 * rows `from … to - 1`; a few input rows per output row are read, the rest never.
 */
export function bilinearSampler(
  { data, width, height }: Pixels,
  plan: Plan,
  target: Uint8Array,
): (from: number, to: number) => void {
  const { window } = plan;
  const across = axis(width, plan.width, window.x, window.width, true);
  const down = axis(height, plan.height, window.y, window.height, false);
  const samples = window.width * 3;
  // Neighbouring output rows read the same input rows, which differ in parity.
  const kept = [new Int32Array(samples), new Int32Array(samples)] as const;
  const keptRow = [-1, -1];

  const inputRow = (y: number): Int32Array => {
    const slot = (y & 1) as 0 | 1;
    if (keptRow[slot] !== y) resizeRow(data, y * width * 3, kept[slot], across);
    keptRow[slot] = y;
    return kept[slot];
  };

  return (from, to) => {
    for (let i = from; i < to; i++) {
      const low = inputRow(down.low[i]!);
      mixRows(low, inputRow(down.high[i]!), down.lowWeight[i]!, down.highWeight[i]!, target, i * samples);
    }
  };
}

// The coordinates are float32 there, too. Past the border the nearest sample stands in; along x it then has the whole
// weight, along y both weights fall on it, and their truncation shows.
function axis(from: number, to: number, first: number, length: number, whole: boolean): Axis {
  const low = new Int32Array(length);
  const high = new Int32Array(length);
  const lowWeight = new Int32Array(length);
  const highWeight = new Int32Array(length);
  const ratio = from / to;
  for (let i = 0; i < length; i++) {
    const at = Math.fround((first + i + 0.5) * ratio - 0.5);
    const left = Math.floor(at);
    const part = whole && (left < 0 || left >= from - 1) ? 0 : Math.fround(at - left);
    low[i] = Math.min(Math.max(left, 0), from - 1);
    high[i] = Math.min(Math.max(left + 1, 0), from - 1);
    lowWeight[i] = roundHalfEven(Math.fround(1 - part) * ONE);
    highWeight[i] = roundHalfEven(part * ONE);
  }
  return { low, high, lowWeight, highWeight };
}

function resizeRow(data: Uint8Array, row: number, target: Int32Array, axis: Axis): void {
  const { low, high, lowWeight, highWeight } = axis;
  for (let i = 0, out = 0; i < low.length; i++, out += 3) {
    const a = row + low[i]! * 3;
    const b = row + high[i]! * 3;
    const wa = lowWeight[i]!;
    const wb = highWeight[i]!;
    target[out] = data[a]! * wa + data[b]! * wb;
    target[out + 1] = data[a + 1]! * wa + data[b + 1]! * wb;
    target[out + 2] = data[a + 2]! * wa + data[b + 2]! * wb;
  }
}

// The shifts are those of its vector code, which drops bits on the way.
function mixRows(a: Int32Array, b: Int32Array, wa: number, wb: number, target: Uint8Array, out: number): void {
  for (let x = 0; x < a.length; x++) {
    target[out + x] = (((wa * (a[x]! >> 4)) >> 16) + ((wb * (b[x]! >> 4)) >> 16) + 2) >> 2;
  }
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  return value - floor === 0.5 ? floor + (floor & 1) : Math.round(value);
}
