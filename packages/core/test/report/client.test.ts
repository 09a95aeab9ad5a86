import { describe, expect, it } from 'vitest';
import { answer, cascade, client, failure, task } from './fixture.js';

const { quantile, exitsOf, histogramOf, labelsOf, timingsOf, windowIn } = await client('stats');
const { everything, select } = await client('filter');
const { itemOf } = await client('data');
const { startsOf } = await client('waterfall');
const { duration, percent, visible } = await client('format');

const rows = [
  answer('b/10.jpg', 0.95, 6),
  answer('a/2.jpg', 0.05, 4),
  failure('broken.jpg'),
  answer('a/1.jpg', 0.55, 7),
  answer('c.jpg', 0.3, 3),
];
const items = rows.map((row, index) => itemOf(row, index, undefined));
const names = (list: { name: string }[]) => list.map(({ name }) => name).join(' ');
const pick = (change: object) => names(select(items, { ...everything(), ...change }, 0.5));

describe('figures of the report', () => {
  it('interpolates quantiles', () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(quantile([10], 0.95)).toBe(10);
    expect(quantile([], 0.5)).toBe(0);
  });

  it('counts who left at which step, and who never arrived', () => {
    const shares = exitsOf(items, { cascade: [...cascade, { run: ['never'] }] }, ['roadwork', 'clear']);
    expect(
      shares.map(({ name, arrived, left, byLabel, median }: Record<string, unknown>) => [
        name,
        arrived,
        left,
        byLabel,
        median,
      ]),
    ).toEqual([
      ['quick', 4, 2, [1, 1], 5],
      ['slow', 2, 2, [1, 1], 105],
      ['never', 0, 0, [0, 0], 0],
    ]);
  });

  it('works without a config: steps and windows come from the rows', () => {
    const bare = rows.map((row, index) => {
      if ('error' in row) return itemOf(row, index, undefined);
      const { after, reason } = row.exit;
      return itemOf({ ...row, exit: { after, reason } }, index, undefined);
    });
    const shares = exitsOf(bare, {}, ['roadwork', 'clear']);
    expect(shares.map(({ name, left }: Record<string, unknown>) => [name, left])).toEqual([
      ['quick', 2],
      ['slow', 2],
    ]);
    expect(shares[0].window).toEqual([0.2, 0.8]);
    expect(windowIn('2 stages agree on roadwork')).toBeUndefined();
  });

  it('puts the positive class first and keeps classes that nobody got', () => {
    expect(labelsOf([], { task })).toEqual([
      { name: 'roadwork', count: 0 },
      { name: 'clear', count: 0 },
    ]);
  });

  it('times only what ran', () => {
    const skipped = { ...answer('x', 0.5), trace: [] as object[] };
    skipped.trace = [
      { stage: 'vlm', step: 2, status: 'skipped', score: null, ms: { queue: 0, preprocess: 0, compute: 0 } },
    ];
    const timings = timingsOf([...items, itemOf(skipped, 9, undefined)]);
    expect(timings.map(({ stage, n }: Record<string, unknown>) => [stage, n])).toEqual([
      ['quick', 4],
      ['slow', 2],
      ['vlm', 0],
    ]);
    expect(timings[1].total).toEqual({ median: 100, p95: 100 });
    expect([...timings[2].others]).toEqual([['skipped', 1]]);
  });

  it('keeps a score of 1 in the last bin', () => {
    const bins = histogramOf([itemOf(answer('x', 1), 0, undefined)], ['roadwork', 'clear'], 4);
    expect(bins).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
      [1, 0],
    ]);
  });

  it('draws stages of a step side by side and steps after each other', () => {
    const entry = (step: number, compute: number) => ({ step, ms: { queue: 0, preprocess: 0, compute } });
    expect(startsOf([entry(0, 5), entry(1, 20), entry(1, 30), entry(2, 1)])).toEqual([0, 5, 5, 35]);
  });
});

describe('filter and sort', () => {
  it('keeps everything as run when nothing is chosen', () =>
    expect(pick({})).toBe('10.jpg 2.jpg broken.jpg 1.jpg c.jpg'));
  it('filters by label', () => expect(pick({ labels: new Set(['roadwork']) })).toBe('10.jpg 1.jpg'));
  it('filters by exit and error', () => expect(pick({ exits: new Set([1, 'error']) })).toBe('broken.jpg 1.jpg c.jpg'));
  it('filters by score, bounds included', () => expect(pick({ low: 0.3, high: 0.55 })).toBe('1.jpg c.jpg'));
  it('wants every word, in any case', () => expect(pick({ text: ' A/ OUTSIDE' })).toBe('2.jpg'));
  it('sorts numbers in names as numbers', () =>
    expect(pick({ sort: 'name' })).toBe('1.jpg 2.jpg 10.jpg broken.jpg c.jpg'));
  it('sorts by doubt', () => expect(pick({ sort: 'doubt' })).toBe('1.jpg c.jpg 10.jpg 2.jpg broken.jpg'));
  it('sorts by time, errors last both ways', () => {
    expect(pick({ sort: 'ms' })).toBe('1.jpg c.jpg 10.jpg 2.jpg broken.jpg');
    expect(pick({ sort: 'ms', reverse: true })).toBe('2.jpg 10.jpg c.jpg 1.jpg broken.jpg');
  });
});

describe('text', () => {
  it('shows what is hidden in a name', () => {
    expect(visible('cat\u202egpj.exe\n')).toBe('cat⟨U+202E⟩gpj.exe⟨U+000A⟩');
    expect(visible('שלום.jpg')).toBe('שלום.jpg');
  });
  it('never rounds something to nothing or to all', () => {
    expect([0, 0.0004, 0.5, 0.9999, 1].map(percent)).toEqual(
      ['0 %', '< 1 %', '50 %', '> 99 %', '100 %'].map((text) => text.replaceAll(' ', '\u00a0')),
    );
  });
  it('writes durations with a fitting unit', () => {
    const said = [0, 0.044, 6.04, 412.3, 1240, 90_000].map((ms): string => duration(ms).replace('\u00a0', ' '));
    expect(said).toEqual(['0 ms', '0.04 ms', '6.0 ms', '412 ms', '1.24 s', '1.5 min']);
  });
});
