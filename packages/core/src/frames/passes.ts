// biome-ignore-all lint/style/noNonNullAssertion: indices into typed arrays, checked by the loops' bounds
import type { Coefficients } from './kernels.js';

// Pillow's fixed point: 8 bits for the sample and 2 for the overshoot of a cubic leave 22 of 32.
const BITS = 22;
const HALF = 1 << (BITS - 1);

/** Weights of one axis as the loops below take them. */
export interface FixedWeights extends Omit<Coefficients, 'weights'> {
  readonly weights: Int32Array;
}

export function toFixed(coefficients: Coefficients): FixedWeights {
  const scale = 2 ** BITS;
  const weights = Int32Array.from(coefficients.weights, (w) => Math.trunc(w * scale + (w < 0 ? -0.5 : 0.5)));
  return { ...coefficients, weights };
}

// The loops are written out for three channels and for each type of array: that is what keeps them fast.

/** Resizes rows `from … to - 1` of `source` along x into `target`, whose row 0 is row `base`. Rounds to 8 bit. */
export function rowsFixed(
  source: Uint8Array,
  width: number,
  target: Uint8Array,
  { length, taps, starts, counts, weights }: FixedWeights,
  from: number,
  to: number,
  base: number,
): void {
  for (let y = from; y < to; y++) {
    const row = y * width * 3;
    let out = (y - base) * length * 3;
    for (let i = 0; i < length; i++) {
      let s = row + starts[i]! * 3;
      let k = i * taps;
      const end = k + counts[i]!;
      let r = HALF;
      let g = HALF;
      let b = HALF;
      for (; k < end; k++, s += 3) {
        const w = weights[k]!;
        r += Math.imul(source[s]!, w);
        g += Math.imul(source[s + 1]!, w);
        b += Math.imul(source[s + 2]!, w);
      }
      target[out++] = clip(r >> BITS);
      target[out++] = clip(g >> BITS);
      target[out++] = clip(b >> BITS);
    }
  }
}

/** Resizes along y: `source` has `samples` numbers a row and begins at row `base`; writes rows `from … to - 1`. */
export function columnsFixed(
  source: Uint8Array,
  samples: number,
  target: Uint8Array,
  { taps, starts, counts, weights }: FixedWeights,
  from: number,
  to: number,
  base: number,
): void {
  for (let i = from; i < to; i++) {
    const first = (starts[i]! - base) * samples;
    const k0 = i * taps;
    const end = k0 + counts[i]!;
    const out = i * samples;
    for (let x = 0; x < samples; x++) {
      let sum = HALF;
      for (let k = k0, s = first + x; k < end; k++, s += samples) sum += Math.imul(source[s]!, weights[k]!);
      target[out + x] = clip(sum >> BITS);
    }
  }
}

/** As `rowsFixed`, in floating point and without rounding. Rows that `needed` does not mark are left out. */
export function rowsFloat(
  source: Uint8Array | Float32Array,
  width: number,
  target: Float32Array,
  { length, taps, starts, counts, weights }: Coefficients,
  from: number,
  to: number,
  base: number,
  needed?: Uint8Array,
): void {
  for (let y = from; y < to; y++) {
    if (needed && needed[y] === 0) continue;
    const row = y * width * 3;
    let out = (y - base) * length * 3;
    for (let i = 0; i < length; i++) {
      let s = row + starts[i]! * 3;
      let k = i * taps;
      const end = k + counts[i]!;
      let r = 0;
      let g = 0;
      let b = 0;
      for (; k < end; k++, s += 3) {
        const w = weights[k]!;
        r += source[s]! * w;
        g += source[s + 1]! * w;
        b += source[s + 2]! * w;
      }
      target[out++] = r;
      target[out++] = g;
      target[out++] = b;
    }
  }
}

/** As `columnsFixed`, in floating point and without rounding. */
export function columnsFloat(
  source: Uint8Array | Float32Array,
  samples: number,
  target: Float32Array,
  { taps, starts, counts, weights }: Coefficients,
  from: number,
  to: number,
  base: number,
): void {
  for (let i = from; i < to; i++) {
    const first = (starts[i]! - base) * samples;
    const k0 = i * taps;
    const end = k0 + counts[i]!;
    const out = i * samples;
    for (let x = 0; x < samples; x++) {
      let sum = 0;
      for (let k = k0, s = first + x; k < end; k++, s += samples) sum += source[s]! * weights[k]!;
      target[out + x] = sum;
    }
  }
}

function clip(value: number): number {
  return value < 0 ? 0 : Math.min(value, 255);
}
