import { describe, expect, it } from 'vitest';
import { fromHalf, toHalf } from '../../src/features/float16.js';

describe('half precision', () => {
  it('reads all 65,536 patterns as they are written', () => {
    const all = Uint16Array.from({ length: 65_536 }, (_, i) => i);
    const values = fromHalf(all);
    const back = toHalf(values);
    expect([...all].filter((i) => !Number.isNaN(values[i]) && back[i] !== i)).toEqual([]);
    expect(fromHalf(Uint16Array.of(0x7c01))[0]).toBeNaN();
    expect(fromHalf(toHalf(Float32Array.of(Number.NaN)))[0]).toBeNaN();
  });

  it('rounds to the nearest, ties to even, and overflows to infinity', () => {
    const half = 2 ** -11;
    const got = fromHalf(toHalf(Float32Array.of(1 + half, 1 + 3 * half, 65_519, 65_520, -1e9, 2 ** -25, 3 * 2 ** -25)));
    expect([...got]).toEqual([1, 1 + 4 * half, 65_504, Infinity, -Infinity, 0, 2 ** -23]);
  });
});
