import { describe, expect, it } from 'vitest';
import { readLabel } from '../../src/data/index.js';

const task = { name: 't', classes: ['no_roadwork', 'roadwork'], positive: 'roadwork' } as const;
const three = { name: 't', classes: ['crack', 'hole', 'none'], positive: 'crack' } as const;

describe('readLabel', () => {
  it.each([
    [1, 'roadwork'],
    ['1', 'roadwork'],
    ['1.0', 'roadwork'],
    ['0.00', 'no_roadwork'],
    [1n, 'roadwork'],
    [true, 'roadwork'],
    ['True', 'roadwork'],
    ['Roadwork ', 'roadwork'],
    [0, 'no_roadwork'],
    ['0', 'no_roadwork'],
    [false, 'no_roadwork'],
    ['None', 'no_roadwork'],
    ['No Roadwork', 'no_roadwork'],
    ['no-roadwork', 'no_roadwork'],
    ['', null],
    [' ', null],
    [null, null],
    [undefined, null],
  ])('reads %s as %s', (value, label) => {
    expect(readLabel(value, task)).toBe(label);
  });

  it.each(['0x1', '0b1', '+1', '1e0', '01', '-0', '1.', '.0', '1.5', '00'])('takes %s for no label', (value) => {
    expect(() => readLabel(value, task)).toThrow(/is no class of the task/);
  });

  it('takes 0 and 1 for no class where there are three', () => {
    expect(readLabel('hole', three)).toBe('hole');
    expect(() => readLabel(1, three)).toThrowErrorMatchingInlineSnapshot(
      `[SvError: The label 1 is no class of the task. Classes are crack, hole, none.]`,
    );
    expect(() => readLabel(5n, three)).toThrow(/^The label 5 is no class/);
    expect(() => readLabel('hol', three)).toThrowErrorMatchingInlineSnapshot(
      `[SvError: The label "hol" is no class of the task. Did you mean \`hole\`? Classes are crack, hole, none.]`,
    );
    expect(() => readLabel({}, task)).toThrowErrorMatchingInlineSnapshot(
      `[SvError: The label {} is no class of the task. Classes are no_roadwork, roadwork.]`,
    );
  });

  it('says without a task what it was told', () => {
    expect([readLabel(' cat ', undefined), readLabel(1, undefined)]).toEqual(['cat', '1']);
  });
});
