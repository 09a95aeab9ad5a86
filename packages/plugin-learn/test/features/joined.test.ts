import { describe, expect, it } from 'vitest';
import { joinGroups, refuseSharedPictures } from '../../src/features/same-pictures.js';
import type { LabelledSample } from '../../src/features/samples.js';
import { count } from '../../src/train/table.js';

const sample = (id: string, group: string, rest: Partial<LabelledSample> = {}): LabelledSample => ({
  ...{ id, label: 'red', group, source: '', meta: {} },
  read: async () => Buffer.from(id),
  ...rest,
});

describe('joined groups', () => {
  it('do not overflow the stack, and keep the name of the first, however long the chain', () => {
    const n = 30_000;
    // Each picture is shared by two neighbouring groups, the last pair first.
    const samples = Array.from({ length: n }, (_, i) => [
      sample(`${i}a`, `g${n - i}`),
      sample(`${i}b`, `g${n - i - 1}`),
    ]);
    const hashes = samples.flatMap((_, i) => [`h${i}`, `h${i}`]);
    const groups = joinGroups(samples.flat(), hashes, () => {});
    expect(new Set(groups)).toEqual(new Set([`g${n}`]));
  });

  it('tells of a picture of another split that cannot be read', async () => {
    const problems: string[] = [];
    const signal = new AbortController().signal;
    const fails = sample('lost', 'b', { split: 'test', read: () => Promise.reject(new Error('a bug')) });
    const check = () =>
      refuseSharedPictures([sample('1', 'a')], ['x'], [fails], {
        signal,
        problem: ({ where }) => problems.push(where),
      });
    await expect(check()).rejects.toThrow('a bug');
    expect(problems).toEqual([]);
  });
});

describe('count', () => {
  it('takes any name', () => {
    const counts = count(['constructor', '__proto__', 'constructor']);
    expect(Object.entries(counts)).toEqual([
      ['constructor', 2],
      ['__proto__', 1],
    ]);
  });
});
