import { describe, expect, it } from 'vitest';
import { createRandom, type SplitSample, splitByGroup } from '../../src/data/index.js';

const parts = { train: 0.6, calibration: 0.2, test: 0.2 };

/** Groups of uneven sizes and shares of the positive class. */
function samplesOf(seed: number, groups: number, size: number): SplitSample[] {
  const random = createRandom(`samples ${seed}`);
  return Array.from({ length: groups }, (_, g) => {
    const positive = random.between(0.1, 0.6);
    return Array.from({ length: 1 + random.below(size) }, () => ({
      group: `g${g}`,
      label: random.next() < positive ? 'yes' : 'no',
    }));
  }).flat();
}

function shares(samples: readonly SplitSample[], dealt: readonly string[], label: string): number[] {
  const of = samples.flatMap((sample, i) => (sample.label === label ? [dealt[i] as string] : []));
  return Object.keys(parts).map((part) => of.filter((one) => one === part).length / of.length);
}

describe('splitByGroup', () => {
  it('never parts a group', () => {
    const samples = samplesOf(1, 40, 30);
    const dealt = splitByGroup(samples, { parts });
    const partsOf = new Map<string, Set<string>>();
    for (const [i, { group }] of samples.entries()) {
      partsOf.set(group, (partsOf.get(group) ?? new Set()).add(dealt[i] as string));
    }
    expect([...partsOf.values()].every((set) => set.size === 1)).toBe(true);
  });

  it.each([1, 2, 3, 4, 5])('meets the shares of every class within two in a hundred (%i)', (seed) => {
    const samples = samplesOf(seed, 40, 30);
    const dealt = splitByGroup(samples, { parts, seed });
    for (const label of ['yes', 'no']) {
      for (const [i, share] of shares(samples, dealt, label).entries()) {
        expect(Math.abs(share - (Object.values(parts)[i] as number))).toBeLessThan(0.02);
      }
    }
  });

  it('gives each part of a rare class a group where there are as many groups as parts', () => {
    const samples = [
      ...Array.from({ length: 100 }, () => ({ group: 'big', label: 'yes' })),
      ...['a', 'b'].flatMap((group) => Array.from({ length: 5 }, () => ({ group, label: 'yes' }))),
      ...samplesOf(7, 20, 10).map(({ group }) => ({ group, label: 'no' })),
    ];
    const dealt = splitByGroup(samples, { parts });
    expect(shares(samples, dealt, 'yes').every((share) => share > 0)).toBe(true);
  });

  it('is the same for a seed, another for another, and does not depend on the scale of the shares', () => {
    const samples = samplesOf(2, 60, 4);
    const dealt = splitByGroup(samples, { parts, seed: 1 });
    expect(splitByGroup(samples, { parts, seed: 1 })).toEqual(dealt);
    expect(splitByGroup(samples, { parts: { train: 6, calibration: 2, test: 2 }, seed: 1 })).toEqual(dealt);
    expect(splitByGroup(samples, { parts, seed: 2 })).not.toEqual(dealt);
  });

  it('leaves no part empty', () => {
    const samples = ['a', 'b', 'c'].map((group) => ({ group, label: 'x' }));
    expect(new Set(splitByGroup(samples, { parts: { train: 0.98, calibration: 0.01, test: 0.01 } })).size).toBe(3);
  });

  it('deals many groups quickly enough to be asked', () => {
    const samples = Array.from({ length: 30_000 }, (_, i) => ({ group: `g${i}`, label: i % 3 === 0 ? 'yes' : 'no' }));
    const dealt = splitByGroup(samples, { parts });
    expect(shares(samples, dealt, 'yes')).toEqual([0.6, 0.2, 0.2]);
  });

  it('refuses what cannot be dealt', () => {
    const samples = samplesOf(1, 2, 3);
    expect(() => splitByGroup(samples, { parts })).toThrowErrorMatchingInlineSnapshot(
      `[SvError: 2 groups cannot be dealt to 3 parts. A group is never parted. Take fewer parts, or name a finer group.]`,
    );
    expect(() => splitByGroup(samples, { parts: { train: -1, test: 1 } })).toThrowErrorMatchingInlineSnapshot(
      `[SvError: The parts are {"train":-1,"test":1}, expected a share above 0 for each.]`,
    );
    expect(() => splitByGroup(samples, { parts: {} })).toThrowErrorMatchingInlineSnapshot(
      `[SvError: The parts are {}, expected a share above 0 for each.]`,
    );
  });
});
