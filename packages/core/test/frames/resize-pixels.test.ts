import { describe, expect, it } from 'vitest';
import { resizePixels } from '../../src/frames/resize-pixels.js';

const grey = (width: number, height: number, at: (x: number, y: number) => number) => ({
  width,
  height,
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) =>
    at(Math.floor(i / 3) % width, Math.floor(i / 3 / width)),
  ),
});

describe('resizePixels', () => {
  it('averages while shrinking, and samples without antialias', async () => {
    // The triangle over samples 0–5 weighs the two bright ones 0.625 and 0.375 of 3.5 in all.
    const stripes = grey(8, 8, (x) => (x % 4 === 0 ? 255 : 0));
    const filtered = await resizePixels(stripes, { width: 2, height: 2 });
    const sampled = await resizePixels(stripes, { width: 2, height: 2, antialias: false });
    expect([filtered.data[0], sampled.data[0]]).toEqual([73, 0]);
  });

  it('keeps fractions where it is asked to', async () => {
    const ramp = grey(4, 4, (x) => x);
    const { data } = await resizePixels(ramp, { width: 2, height: 2, rounding: 'float' });
    expect(data).toBeInstanceOf(Float32Array);
    expect(data[0]).toBeCloseTo(0.714286, 5);
  });
});
