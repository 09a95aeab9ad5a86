import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { csv } from '../../src/formats/csv.js';
import { jsonl } from '../../src/formats/jsonl.js';
import { openJournal } from '../../src/manifest/journal.js';
import { checkManifest, readManifest } from '../../src/manifest/read.js';
import { writeManifest } from '../../src/manifest/write.js';
import { splitDataset } from '../../src/split/split-dataset.js';
import { all, context, picture, scene, tempFolder, write } from '../pictures.js';

const format = jsonl(() => [csv]);
const parts = { train: 0.5, test: 0.5 };
let dir: string;

/** Eight groups of three pictures; `g8` holds a brighter copy of one of `g1`, `g7` the same bytes as one of `g2`. */
beforeAll(async () => {
  dir = await tempFolder();
  const files: Record<string, Buffer> = {};
  const rows = ['file,label,clip'];
  for (let g = 1; g <= 8; g++) {
    for (let k = 0; k < 3; k++) {
      const name = `p/g${g}-${k}.png`;
      files[name] = await scene(g * 10 + k);
      rows.push(`${name},${k === 0 ? 1 : 0},g${g}`);
    }
  }
  files['p/g8-1.png'] = await sharp(files['p/g1-1.png']).modulate({ brightness: 1.05 }).png().toBuffer();
  files['p/g7-0.png'] = files['p/g2-1.png'] as Buffer;
  files['p/bad.png'] = Buffer.from('no picture');
  rows.push('p/bad.png,1,g1');
  await write(dir, { ...files, 'labels.csv': rows.join('\n') });
});

async function split(changes: Partial<Parameters<typeof splitDataset>[1]> = {}) {
  const ctx = context(dir, { group: 'clip' });
  const out = join(dir, 'splits/data.jsonl');
  const found = await splitDataset(await csv.open('labels.csv', ctx), {
    parts,
    seed: 3,
    nearDuplicates: 4,
    out,
    from: { ref: 'labels.csv', dir },
    group: 'clip',
    problem: ctx.problem,
    ...changes,
  });
  await writeManifest(out, found.manifest);
  return { ...found, ctx, out };
}

describe('splitDataset', () => {
  it('keeps groups whole, and joins those that share a picture or nearly do', async () => {
    const { manifest, joined, conflicts, ctx } = await split();
    expect(ctx.problems.map(({ where, code }) => `${where} ${code}`)).toEqual(['p/bad.png SV_IMAGE_FORMAT']);
    expect(joined).toBe(2);
    expect(conflicts).toEqual([['p/g2-1.png', 'p/g7-0.png']]);
    const partOf = (clip: string) =>
      new Set(manifest.lines.filter(({ meta }) => meta?.clip === clip).map((line) => line.split));
    for (let g = 1; g <= 8; g++) expect(partOf(`g${g}`).size).toBe(1);
    expect(partOf('g8')).toEqual(partOf('g1'));
    expect(partOf('g7')).toEqual(partOf('g2'));
    expect(manifest.lines.find(({ id }) => id === 'p/g8-0.png')).toMatchObject({
      group: 'g1',
      meta: { ownGroup: 'g8' },
    });
    expect(manifest.header.counts).toEqual({
      samples: 24,
      labels: { none: 16, roadwork: 8 },
      unlabelled: 0,
      groups: 6,
      sources: { [dir.split('/').at(-1) as string]: 24 },
      splits: { train: 12, test: 12 },
    });
    expect(manifest.header.split).toEqual({ seed: 3, parts, group: 'clip', nearDuplicates: { radius: 4, joined: 2 } });
  });

  it('joins only the same pictures where near-duplicates are not asked for', async () => {
    expect((await split({ nearDuplicates: false })).joined).toBe(1);
  });

  it('is read back as it was written, and gives the same bytes again', async () => {
    const { out, manifest } = await split();
    const bytes = await readFile(out, 'utf8');
    expect(await readManifest(out)).toEqual(manifest);
    const ctx = context(dir);
    const samples = await all(await format.open(out, ctx));
    expect(ctx.problems).toEqual([]);
    expect(samples.map(({ id, label, group, split, sha256 }) => ({ id, label, group, split, sha256 }))).toEqual(
      manifest.lines.map(({ id, label, group, split, sha256 }) => ({ id, label, group, split, sha256 })),
    );
    expect(manifest.header.root).toBe('../p');
    await split();
    expect(await readFile(out, 'utf8')).toBe(bytes);
  });

  it('is checked: labels that were edited, pictures that were changed or are gone', async () => {
    const { out } = await split();
    const check = async () => checkManifest(await readManifest(out), await format.open(out, context(dir)));
    expect(await check()).toEqual({ samples: 24, content: 'same', counts: 'same', problems: [] });
    await rename(join(dir, 'p/g3-0.png'), join(dir, 'p/g3-0.bak'));
    await write(dir, {
      'p/g3-0.png': await picture(99),
      'splits/data.jsonl': (await readFile(out, 'utf8')).replace('"label":"none"', '"label":"roadwork"'),
    });
    const found = await check();
    await rename(join(dir, 'p/g3-0.bak'), join(dir, 'p/g3-0.png'));
    expect([found.content, found.counts]).toEqual(['changed', 'changed']);
    expect(
      found.problems.map(({ where, message }) => `${where} ${message.replace(/[\da-f]{64}/, '…')}`),
    ).toMatchInlineSnapshot(`
      [
        "p/g3-0.png The picture \`p/g3-0.png\` has changed: its sha256 is ….",
      ]
    `);
  });

  it('goes on where it was interrupted', async () => {
    const file = join(dir, 'j.partial');
    let read = 0;
    const counting = async (stopAt: number) => {
      const dataset = await csv.open('labels.csv', context(dir, { group: 'clip' }));
      const journal = await openJournal<{ sha256: string }>(file);
      const done = await splitDataset(
        {
          ...dataset,
          async *samples() {
            for await (const sample of dataset.samples()) {
              yield {
                ...sample,
                read: () => {
                  read++;
                  if (read > stopAt) throw new Error('killed');
                  return sample.read();
                },
              };
            }
          },
        },
        { parts, out: join(dir, 'j.jsonl'), from: { ref: 'labels.csv', dir }, journal, problem: () => undefined },
      ).finally(() => journal.close(false));
      return done.manifest.header.sha256;
    };
    await expect(counting(10)).rejects.toThrow('killed');
    // As a process that is killed while it writes leaves it.
    await write(dir, { 'j.partial': `${await readFile(file, 'utf8')}{"key":"p/g` });
    read = 0;
    const resumed = await counting(100);
    expect(read).toBeLessThanOrEqual(16);
    expect(resumed).toBe((await split({ nearDuplicates: 6 })).manifest.header.sha256);
  });
});
