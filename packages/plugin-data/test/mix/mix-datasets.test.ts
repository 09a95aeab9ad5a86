import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { augmentDataset } from '../../src/augment/dataset.js';
import { perceptualHash } from '../../src/duplicates/perceptual-hash.js';
import { csv } from '../../src/formats/csv.js';
import { folder } from '../../src/formats/folder.js';
import { jsonl } from '../../src/formats/jsonl.js';
import { writeManifest } from '../../src/manifest/write.js';
import { nameApart } from '../../src/mix/apart.js';
import { mixDatasets } from '../../src/mix/mix-datasets.js';
import { quotas } from '../../src/mix/quotas.js';
import { splitDataset } from '../../src/split/split-dataset.js';
import { context, picture, scene, tempFolder, write } from '../pictures.js';

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
    expect(manifest.lines[0]).toMatchObject({ id: '0.png', file: 'a/0.png', group: '0.png' });
  });

  it('keeps a picture that is near only to one that was left out itself', async () => {
    const [from, to] = await Promise.all(
      [1, 2].map(async (seed) =>
        sharp(await scene(seed))
          .removeAlpha()
          .raw()
          .toBuffer(),
      ),
    );
    const steps = await Promise.all(
      Array.from({ length: 21 }, (_, i) => {
        const mixed = from?.map((value, at) => value + ((to?.[at] as number) - value) * (i / 20)) as Uint8Array;
        return sharp(mixed, { raw: { width: 320, height: 240, channels: 3 } })
          .png()
          .toBuffer();
      }),
    );
    const hashes = await Promise.all(steps.map((bytes) => perceptualHash(bytes)));
    const apart = (a: number, b: number) =>
      [...(BigInt(`0x${hashes[a]}`) ^ BigInt(`0x${hashes[b]}`)).toString(2)].filter((bit) => bit === '1').length;
    const all = steps.map((_, i) => i);
    const chains = all.flatMap((a) => all.flatMap((b) => all.map((c) => [a, b, c] as const)));
    const chain = chains.find(
      ([a, b, c]) => a < b && b < c && Math.max(apart(a, b), apart(b, c)) < apart(a, c) && apart(a, c) <= 16,
    ) as readonly [number, number, number];
    const bits = Math.max(apart(chain[0], chain[1]), apart(chain[1], chain[2]));
    const folder = await tempFolder();
    await write(folder, Object.fromEntries(chain.map((step, i) => [`${i}.png`, steps[step] as Buffer])));
    await write(folder, { 'labels.csv': 'file,label\n0.png,1\n1.png,1\n2.png,1\n' });
    const ctx = context(folder);
    const parts = [{ dataset: await csv.open('labels.csv', ctx), from: { ref: 'labels.csv', dir: folder } }];
    const { manifest } = await mixDatasets(parts, {
      ...{ out: join(folder, 'mixed.jsonl'), problem: ctx.problem },
      deduplicate: bits,
    });
    expect(manifest.lines.map(({ id }) => id)).toEqual(['0.png', '2.png']);
  });

  it('draws the same for a seed and others for another', async () => {
    const ids = async (seed: number) => (await mix({ seed, limit: 6 })).manifest.lines.map(({ id }) => id);
    expect(await ids(1)).toEqual(await ids(1));
    expect(await ids(2)).not.toEqual(await ids(1));
    expect((await mix({ deduplicate: false })).duplicates).toBe(0);
  });
});

describe('groups of a mix', () => {
  const sample = (id: string, group = id, meta = {}) => ({ id, group, meta });

  it('keeps groups of the same name apart, unless samples say what they were made of', () => {
    const a = [sample('a.jpg', 'clip1'), sample('b.jpg', 'clip2')];
    const apart = nameApart([a, [sample('a.jpg', 'clip1'), sample('c.jpg', 'clip3')]]);
    expect([...(apart.ids[1] ?? [])].map(([, name]) => name)).toEqual(['2/a.jpg', 'c.jpg']);
    expect([...(apart.groups[1] ?? [])].map(([, name]) => name)).toEqual(['2/clip1', 'clip3']);
    // The original of the second is not there, and may be of that clip.
    const copies = [
      sample('a-0.jpg', 'clip1', { original: 'a.jpg' }),
      sample('x-0.jpg', 'clip2', { original: 'x.jpg' }),
    ];
    expect([...(nameApart([a, copies]).groups[1]?.values() ?? [])]).toEqual(['clip1', 'clip2']);
    const made = [sample('m.png', 'other', { init: 'b.jpg' })];
    expect([...(nameApart([made, a]).groups[1]?.values() ?? [])]).toEqual(['clip1', 'other']);
    const third = nameApart([a, a, [sample('2/a.jpg')]]);
    expect(new Set(third.ids.flatMap((names) => [...names.values()])).size).toBe(5);
  });

  it('puts an augmented copy into the part of its original', async () => {
    const dir = await tempFolder();
    for (let i = 0; i < 12; i++) {
      await write(dir, {
        [`photos/${i % 2 ? 'roadwork' : 'none'}/${i}.png`]: await picture(i, { width: 40, height: 30 }),
      });
    }
    const ctx = context(dir);
    const photos = await folder.open('photos', ctx);
    const find = () => {
      throw new Error('no other names');
    };
    await augmentDataset(photos, { out: join(dir, 'more'), pipeline: 'flip(horizontal=1)', copies: 1, find });
    const more = await jsonl(() => []).open('more', ctx);
    const refs = { photos, more };
    const mixed = await mixDatasets(
      Object.entries(refs).map(([ref, dataset]) => ({ dataset, from: { ref, dir } })),
      { out: join(dir, 'mixed.jsonl'), problem: ctx.problem },
    );
    await writeManifest(join(dir, 'mixed.jsonl'), mixed.manifest);
    const { manifest } = await splitDataset(await jsonl(() => []).open('mixed.jsonl', ctx), {
      parts: { train: 0.6, calibration: 0.2, test: 0.2 },
      nearDuplicates: false,
      out: join(dir, 'data.jsonl'),
      from: { ref: 'mixed.jsonl', dir },
      problem: ctx.problem,
    });
    expect(ctx.problems).toEqual([]);
    const parts = new Map(manifest.lines.map(({ id, split }) => [id, split]));
    const copies = manifest.lines.filter(({ meta }) => meta?.original !== undefined);
    expect(copies).toHaveLength(12);
    expect(copies.filter(({ split, meta }) => split !== parts.get(meta?.original as string))).toEqual([]);
    expect(new Set(parts.values()).size).toBe(3);
  });

  it('draws no picture whose labels contradict each other, and names it', async () => {
    const dir = await tempFolder();
    const bytes = await picture(3);
    await write(dir, {
      'k1/roadwork/a.png': bytes,
      'k1/none/b.png': await picture(4),
      'k2/none/a2.png': bytes,
      'k2/none/c.png': await picture(5),
    });
    const ctx = context(dir);
    const parts = await Promise.all(
      ['k1', 'k2'].map(async (ref) => ({ dataset: await folder.open(ref, ctx), from: { ref, dir } })),
    );
    for (const deduplicate of [0, false] as const) {
      const { manifest, conflicts, duplicates } = await mixDatasets(parts, {
        out: `${dir}/mixed.jsonl`,
        problem: ctx.problem,
        deduplicate,
      });
      expect(conflicts).toEqual([['roadwork/a.png', 'none/a2.png']]);
      expect([manifest.lines.map(({ id }) => id), duplicates]).toEqual([['none/b.png', 'none/c.png'], 0]);
    }
  });
});
