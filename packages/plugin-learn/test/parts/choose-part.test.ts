import { describe, expect, it } from 'vitest';
import { choosePart, type PartSample } from '../../src/parts/index.js';

const sample = (id: string, split?: string, more: Partial<PartSample> = {}): PartSample => ({
  id,
  label: 'cone',
  group: id,
  ...(split === undefined ? {} : { split }),
  ...more,
});
const choose = (
  samples: readonly PartSample[],
  asked?: string | readonly string[],
  usual: string | string[] = 'test',
) => {
  const part = choosePart(samples, { asked, usual, name: 'drawn' });
  return [part.samples.map(({ id }) => id).join(''), part.others.map(({ id }) => id).join(''), part.split];
};

describe('choosePart', () => {
  const split = [sample('a', 'train'), sample('b', 'calibration'), sample('c', 'test'), sample('d', 'test')];

  it('takes what is named, or else the usual part, or all of data without parts', () => {
    expect(choose(split)).toEqual(['cd', 'ab', 'test']);
    expect(choose(split, 'train')).toEqual(['a', 'bcd', 'train']);
    expect(choose(split, ['calibration', 'test'])).toEqual(['bcd', 'a', 'calibration+test']);
    expect(choose([sample('a'), sample('b')])).toEqual(['ab', '', null]);
    expect(choose([])).toEqual(['', '', null]);
    expect(choose([sample('a', undefined, { label: null }), sample('b', 'test')])).toEqual(['b', 'a', 'test']);
  });

  it.each(['train', 'calibration', 'test'])('refuses a group in two parts whichever is taken: %s', (asked) => {
    const samples = [...split, sample('e', 'calibration', { group: 'd' })];
    expect(() => choose(samples, asked)).toThrowErrorMatchingInlineSnapshot(
      `[SvError: Group \`d\` of drawn lies in two splits: d in test, e in calibration. Split the data by group again, so that near-duplicates stay together.]`,
    );
  });

  it('refuses data that is half split, unless the part is named, and a part that is empty', () => {
    expect(() => choose([...split, sample('e')])).toThrowErrorMatchingInlineSnapshot(
      `[SvError: Of 5 labelled samples of drawn 1 are in no split, such as e; the others are in train, calibration, test. Name the split with --split, or split all of the data.]`,
    );
    expect(choose([...split, sample('e')], 'train')).toEqual(['a', 'bcde', 'train']);
    expect(() => choose(split.slice(0, 2))).toThrowErrorMatchingInlineSnapshot(
      `[SvError: drawn has no labelled sample in the split \`test\`: its splits are train, calibration. Name one: --split train.]`,
    );
    expect(() => choose([sample('a')], 'test')).toThrowErrorMatchingInlineSnapshot(
      `[SvError: drawn has no labelled sample in the split \`test\`: it has no splits. Leave --split out.]`,
    );
  });
});
