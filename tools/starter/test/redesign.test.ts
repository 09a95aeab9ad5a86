import { createRandom } from '@streetvision/core';
import type { Row, Table } from '@streetvision/plugin-learn';
import { describe, expect, it } from 'vitest';
import { figures } from '../evaluate/figures.js';
import { choose, leaveClipsOut } from '../evaluate/redesign.js';

const random = createRandom(3);
const rows: Row[] = Array.from({ length: 80 }, (_, i) => ({
  id: `${i}.jpg`,
  label: random.next() < 0.5 ? 'roadwork' : 'no_roadwork',
  group: `clip ${i % 8}`,
  source: 'clips',
  sha256: `${i}`,
}));
const table = (columns: number, value: (row: Row, column: number) => number, of: readonly Row[] = rows): Table => ({
  rows: of,
  features: Float32Array.from(of.flatMap((row) => Array.from({ length: columns }, (_, j) => value(row, j)))),
  dimension: columns,
});
const column = (at: number) => ({ name: `column ${at}`, columns: [at], penalty: 0.1 });
const telling = (row: Row) => Number(row.label === 'roadwork') + 0.5 * random.next();

describe('leaveClipsOut', () => {
  it('scores a clip without a look at its labels', async () => {
    const noise = table(2, () => random.next());
    const flip = (row: Row): Row => ({ ...row, label: row.label === 'roadwork' ? 'no_roadwork' : 'roadwork' });
    const flipped = { ...noise, rows: rows.map((row) => (row.group === 'clip 5' ? flip(row) : row)) };
    const candidates = [column(0), column(1)];
    const [before, after] = [await leaveClipsOut(noise, candidates), await leaveClipsOut(flipped, candidates)];
    const changed = [...rows.keys()].filter((i) => before[i] !== after[i]);
    expect(changed.length).toBeGreaterThan(0);
    expect(changed.every((i) => rows[i]?.group !== 'clip 5')).toBe(true);
  });

  it('chooses the columns that tell, not those that do not', async () => {
    const mixed = table(2, (row, j) => (j === 1 ? telling(row) : random.next()));
    expect((await choose(mixed, [...rows.keys()], [column(0), column(1)])).name).toBe('column 1');
  });
});

describe('figures', () => {
  const samples = rows.map(({ id, label, group, source }) => ({
    file: id,
    positive: label === 'roadwork',
    group,
    source,
    dense: false,
  }));

  it('are as wide as eight clips are, and refuse what is not defined', () => {
    const scores = rows.map(({ label, group }) => (group === 'clip 1' ? 0.5 : label === 'roadwork' ? 0.9 : 0.1));
    const { auroc, confusion } = figures(scores, samples, [...rows.keys()]);
    expect(auroc.value).toBeGreaterThan(0.9);
    expect(auroc.low).toBeLessThan(auroc.value);
    expect(confusion.fn).toBe(0);
    expect(() => figures(scores, samples, [0])).toThrow('A figure is not defined');
  });
});
