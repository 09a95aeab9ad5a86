import { beforeAll, describe, expect, it } from 'vitest';
import { csv } from '../../src/formats/csv.js';
import { mixDatasets } from '../../src/mix/mix-datasets.js';
import { quotas } from '../../src/mix/quotas.js';
import { context, picture, tempFolder, write } from '../pictures.js';

const cells = [
  { source: 'generated', label: 'none', available: 40 },
  { source: 'generated', label: 'roadwork', available: 10 },
  { source: 'real', label: 'none', available: 60 },
  { source: 'real', label: 'roadwork', available: 40 },
];

describe('quotas', () => {
  it('draws as many as the shares allow', () => {
    expect(quotas(cells, { weights: { real: 0.8, generated: 0.2 } })).toEqual([20, 5, 60, 40]);
    expect(quotas(cells, { weights: { real: 4, generated: 1 }, limit: 10 })).toEqual([2, 0, 5, 3]);
    expect(quotas(cells, {})).toEqual([40, 10, 60, 40]);
    expect(quotas(cells, { weights: { real: 1 }, balance: true })).toEqual([0, 0, 40, 40]);
    expect(quotas(cells, { balance: true, weights: { real: 0.5, generated: 0.5 } })).toEqual([10, 10, 10, 10]);
  });

  it('refuses weights that cannot be met', () => {
    expect(() => quotas(cells, { weights: { rael: 1 } })).toThrowErrorMatchingInlineSnapshot(
      `[SvError: There is no source \`rael\`. Sources are generated, real. Correct --weights, or leave it out.]`,
    );
    expect(() => quotas(cells.slice(1), { balance: true })).toThrowErrorMatchingInlineSnapshot(
      `[SvError: The source \`generated\` has no \`none\`, so its classes cannot be balanced. Leave --balance out, or give \`generated\` the weight 0.]`,
    );
    expect(() => quotas(cells, { weights: { real: 0 } })).toThrowErrorMatchingInlineSnapshot(
      `[SvError: Every source has the weight 0, expected one above it.]`,
    );
    expect(() => quotas(cells, { limit: 0 })).toThrowErrorMatchingInlineSnapshot(
      `[SvError: The limit is 0, expected a whole number above 0.]`,
    );
  });
});

describe('mixDatasets', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await tempFolder();
    const rows = (n: number, source: string) => Array.from({ length: n }, (_, i) => `${i}.png,${i % 2},${source}`);
    const pictures = async (n: number, seed: number, at: string) =>
      Object.fromEntries(
        await Promise.all(
          Array.from({ length: n }, async (_, i) => [`${at}/${i}.png`, await picture(seed + i)] as const),
        ),
      );
    await write(dir, {
      ...(await pictures(12, 0, 'a')),
      'a/labels.csv': ['file,label,source', ...rows(12, 'real')].join('\n'),
      // The first four are those of the other dataset.
      ...(await pictures(12, 8, 'b')),
      'b/labels.csv': ['file,label,source', ...rows(12, 'generated'), '0.png,,generated'].join('\n'),
    });
  });
  const mix = async (options: Partial<Parameters<typeof mixDatasets>[1]> = {}) => {
    const ctx = context(dir);
    const parts = await Promise.all(
      ['a', 'b'].map(async (ref) => ({ dataset: await csv.open(ref, ctx), from: { ref, dir } })),
    );
    return mixDatasets(parts, { out: `${dir}/mixed.jsonl`, problem: ctx.problem, ...options });
  };

  it('draws by weight, and no picture twice', async () => {
    const { manifest, duplicates, cells } = await mix({ weights: { real: 0.75, generated: 0.25 } });
    expect(duplicates).toBe(4);
    expect(cells.map(({ source, label, available, drawn }) => [source, label, available, drawn])).toEqual([
      ['generated', 'none', 4, 2],
      ['generated', 'roadwork', 4, 2],
      ['real', 'none', 6, 6],
      ['real', 'roadwork', 6, 6],
    ]);
    expect(manifest.header.counts.sources).toEqual({ generated: 4, real: 12 });
    expect(new Set(manifest.lines.map(({ sha256 }) => sha256)).size).toBe(16);
    expect(manifest.lines[0]).toMatchObject({ id: '1/0.png', file: 'a/0.png', group: '1/0.png' });
  });

  it('draws the same for a seed and others for another', async () => {
    const ids = async (seed: number) => (await mix({ seed, limit: 6 })).manifest.lines.map(({ id }) => id);
    expect(await ids(1)).toEqual(await ids(1));
    expect(await ids(2)).not.toEqual(await ids(1));
    expect((await mix({ deduplicate: false })).duplicates).toBe(0);
  });
});
