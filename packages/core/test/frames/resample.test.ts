import { describe, expect, it } from 'vitest';
import { planFit } from '../../src/frames/fit.js';
import { resample } from '../../src/frames/resample.js';
import { resolveSpec } from '../../src/frames/spec.js';
import type { TensorSpec } from '../../src/types/frame.js';
import { difference, drawn } from './pictures.js';

const run = (data: Uint8Array, width: number, height: number, given: TensorSpec) => {
  const spec = resolveSpec(given);
  return resample({ width, height, data }, planFit(spec, width, height), spec);
};

/** The same filter written as its definition says, in two dimensions at once. */
function direct(
  data: Uint8Array,
  w: number,
  h: number,
  W: number,
  H: number,
  kernel: (x: number) => number,
  support: number,
) {
  const axis = (from: number, to: number, i: number): [number, number][] => {
    const ratio = from / to;
    const stretch = Math.max(1, ratio);
    const center = (i + 0.5) * ratio;
    const taps: [number, number][] = [];
    for (let s = 0; s < from; s++) {
      const x = (s + 0.5 - center) / stretch;
      if (Math.abs(x) < support) taps.push([s, kernel(x)]);
    }
    const sum = taps.reduce((total, [, weight]) => total + weight, 0);
    return taps.map(([s, weight]) => [s, weight / sum]);
  };
  const out: number[] = [];
  for (let y = 0; y < H; y++)
    for (let x = 0; x < W; x++)
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        for (const [sy, wy] of axis(h, H, y))
          for (const [sx, wx] of axis(w, W, x)) sum += wx * wy * (data[(sy * w + sx) * 3 + c] as number);
        out.push(sum);
      }
  return out;
}

const sinc = (x: number) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
const KERNELS = {
  bilinear: [(x: number) => 1 - Math.abs(x), 1],
  lanczos: [(x: number) => sinc(x) * sinc(x / 3), 3],
} as const;

describe('exact resampler', () => {
  const source = drawn(37, 29);

  it.each([
    ['bilinear', 11, 13],
    ['bilinear', 50, 41],
    ['bilinear', 50, 13],
    ['lanczos', 11, 13],
    ['lanczos', 50, 41],
  ] as const)('%s to %i x %i follows the definition', async (filter, width, height) => {
    const [kernel, support] = KERNELS[filter];
    const expected = direct(source, 37, 29, width, height, kernel, support);
    const float = await run(source, 37, 29, { width, height, resample: filter, rounding: 'float' });
    // float32 between the passes: less than a thousandth of a level.
    expect(difference(float.data, expected).max).toBeLessThan(1e-3);
    const bytes = await run(source, 37, 29, { width, height, resample: filter });
    const clipped = expected.map((value) => Math.min(255, Math.max(0, value)));
    expect(difference(bytes.data, clipped).max).toBeLessThan(filter === 'lanczos' ? 60 : 1.01);
  });

  it.each(['nearest', 'bilinear', 'bicubic', 'lanczos'] as const)('%s keeps a flat picture flat', async (filter) => {
    const flat = new Uint8Array(23 * 31 * 3).fill(137);
    for (const rounding of ['uint8', 'float'] as const) {
      for (const antialias of filter === 'lanczos' ? [true] : [true, false]) {
        for (const [width, height] of [
          [7, 9],
          [60, 55],
          [7, 55],
        ] as const) {
          const { data } = await run(flat, 23, 31, { width, height, resample: filter, rounding, antialias });
          expect(difference(data, new Uint8Array(width * height * 3).fill(137)).max).toBeLessThan(1e-4);
        }
      }
    }
  });

  it('samples without antialias at half-pixel centres', async () => {
    // 4 columns to 2: each lies halfway between two of them.
    const row = Uint8Array.from([0, 40, 80, 200].flatMap((v) => [v, v, v]));
    const two = await run(row, 4, 1, { width: 2, height: 1, antialias: false, rounding: 'float' });
    expect([...two.data]).toEqual([20, 20, 20, 140, 140, 140]);
    // 6 to 2: the centres 1 and 4, all else is ignored.
    const six = Uint8Array.from([9, 50, 9, 9, 70, 9].flatMap((v) => [v, v, v]));
    for (const rounding of ['uint8', 'float'] as const) {
      const { data } = await run(six, 6, 1, { width: 2, height: 1, antialias: false, rounding });
      expect([...data]).toEqual([50, 50, 50, 70, 70, 70]);
    }
  });

  it('takes the nearest sample as Pillow, or as OpenCV without antialias', async () => {
    const row = Uint8Array.from([10, 20, 30, 40, 50].flatMap((v) => [v, v, v]));
    const pick = async (antialias: boolean) =>
      [...(await run(row, 5, 1, { width: 3, height: 1, resample: 'nearest', antialias })).data].filter(
        (_, i) => i % 3 === 0,
      );
    expect(await pick(true)).toEqual([10, 30, 50]);
    expect(await pick(false)).toEqual([10, 20, 40]);
  });

  it('computes the window of a crop alone, equal to the same part of the whole', async () => {
    for (const rounding of ['uint8', 'float'] as const) {
      for (const antialias of [true, false]) {
        const given = { rounding, antialias } as const;
        const whole = await run(source, 37, 29, { width: 51, height: 40, ...given });
        const part = await run(source, 37, 29, { width: 40, height: 40, fit: 'crop', ...given });
        for (let y = 0; y < 40; y++) {
          const row = part.data.subarray(y * 120, y * 120 + 120);
          expect(difference(row, whole.data.subarray((y * 51 + 5) * 3, (y * 51 + 45) * 3)).max).toBe(0);
        }
      }
    }
  });

  it('costs little for extreme proportions, which would need gigabytes along x first', async () => {
    const tall = new Uint8Array(4_000_000 * 3).fill(90);
    for (const rounding of ['uint8', 'float'] as const) {
      const stretched = await run(tall, 1, 4_000_000, { width: 224, height: 224, rounding });
      expect(difference(stretched.data, new Uint8Array(224 * 224 * 3).fill(90)).max).toBeLessThan(1e-4);
      const cropped = await run(tall, 1, 4_000_000, {
        width: 224,
        height: 224,
        fit: 'crop',
        shortestEdge: 256,
        rounding,
      });
      expect(difference(cropped.data, new Uint8Array(224 * 224 * 3).fill(90)).max).toBeLessThan(1e-4);
    }
  });

  it('goes along y first at most a level apart', async () => {
    // 2 columns to 64 makes the picture between the passes larger than both ends together.
    const narrow = drawn(2, 4000);
    const { data } = await run(narrow, 2, 4000, { width: 64, height: 8 });
    const expected = direct(narrow, 2, 4000, 64, 8, (x) => 1 - Math.abs(x), 1);
    expect(difference(data, expected).max).toBeLessThan(1.01);
  });

  it('lets the event loop run while it works on a large picture', async () => {
    const large = new Uint8Array(4000 * 3000 * 3).fill(7);
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await run(large, 4000, 3000, { width: 640, height: 640, resample: 'lanczos' });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(5);
  });
});
