import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/data/index.js';

describe('createRandom', () => {
  it('gives the same numbers for the same seed, on every machine', () => {
    const random = createRandom(42);
    expect([random.next(), random.next(), random.below(1_000)]).toMatchInlineSnapshot(`
      [
        0.7076756649184972,
        0.18610530882142484,
        253,
      ]
    `);
    expect(createRandom('42').next()).toBe(createRandom(42).next());
    expect(createRandom(43).next()).not.toBe(createRandom(42).next());
  });

  it('is uniform and normal', () => {
    const random = createRandom(1);
    const n = 20_000;
    const bins = new Array<number>(10).fill(0);
    let [sum, squares] = [0, 0];
    for (let i = 0; i < n; i++) {
      const bin = random.below(10);
      bins[bin] = (bins[bin] as number) + 1;
      const x = random.normal();
      sum += x;
      squares += x * x;
    }
    const chi = bins.reduce((total, count) => total + (count - n / 10) ** 2 / (n / 10), 0);
    // 27.9 is exceeded once in a thousand, with nine degrees of freedom.
    expect(chi).toBeLessThan(27.9);
    expect(Math.abs(sum / n)).toBeLessThan(0.025);
    expect(Math.abs(squares / n - 1)).toBeLessThan(0.05);
  });

  it('shuffles a copy', () => {
    const items = Array.from({ length: 50 }, (_, i) => i);
    const shuffled = createRandom(3).shuffle(items);
    expect(shuffled).not.toEqual(items);
    expect([...shuffled].sort((a, b) => a - b)).toEqual(items);
  });

  it('has streams that do not disturb one another', () => {
    const random = createRandom(5);
    const before = random.fork('augment').next();
    random.next();
    expect(random.fork('augment').next()).toBe(before);
    expect(random.fork('shuffle').next()).not.toBe(before);
  });

  it('refuses a seed that is no whole number', () => {
    expect(() => createRandom(0.5)).toThrowErrorMatchingInlineSnapshot(
      `[SvError: The seed is 0.5, expected a whole number.]`,
    );
  });
});
