import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRandom, type Dataset } from '@streetvision/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { augmentDataset } from '../../src/augment/dataset.js';
import { augment, sn72Challenge } from '../../src/augment/index.js';
import { AUGMENTATIONS } from '../../src/augment/named.js';
import { folder } from '../../src/formats/folder.js';
import { jsonl } from '../../src/formats/jsonl.js';
import { context, picture, task, tempFolder, write } from '../pictures.js';

const find = (name: string) => AUGMENTATIONS.find((one) => one.name === name) as (typeof AUGMENTATIONS)[number];

let photos: string;
let bytes: Buffer;
beforeAll(async () => {
  photos = await tempFolder();
  bytes = await picture(1, { width: 40, height: 30 });
  await write(photos, {
    'roadwork/clip7/a.png': bytes,
    'roadwork/clip7/b.png': await picture(2, { width: 40, height: 30 }),
    'none/clip8/c.png': await picture(3, { width: 40, height: 30 }),
    'none/clip9/broken.png': bytes.subarray(0, 60),
  });
});

const open = async (): Promise<Dataset> => folder.open(photos, context(photos, { task }));

const rows = async (out: string) =>
  (await readFile(join(out, 'manifest.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => JSON.parse(line));

describe('augmentDataset', () => {
  it('writes copies that keep label and group, and names what cannot be read', async () => {
    const out = await tempFolder();
    const problems: { where: string; code: string }[] = [];
    const made = await augmentDataset(await open(), {
      out,
      pipeline: 'flip,rain',
      copies: 2,
      seed: 5,
      find,
      problem: (one) => problems.push(one),
    });
    expect(made.counts).toMatchObject({
      samples: 6,
      labels: { none: 2, roadwork: 4 },
      groups: 2,
      sources: { augmented: 6 },
    });
    expect(made.skipped).toBe(2);
    expect(problems).toMatchObject([{ where: 'none/clip9/broken.png', code: 'SV_IMAGE_CORRUPT' }]);
    const lines = await rows(out);
    const one = lines.find(({ meta }) => meta.original === 'roadwork/clip7/a.png' && meta.copy === 1);
    expect(one).toMatchObject({ label: 'roadwork', group: 'clip7', source: 'augmented' });
    const again = await augment(bytes, ['flip', 'rain'], createRandom(5).fork('roadwork/clip7/a.png').fork(1));
    expect(new Uint8Array(await readFile(join(out, one.file)))).toEqual(again.bytes);
  });

  it('gives a dataset that reads back', async () => {
    const out = await tempFolder();
    await augmentDataset(await open(), { out, pipeline: 'sn72:2026-01', seed: 2, find });
    const ctx = context(out, { task });
    const dataset = await jsonl(() => []).open(join(out, 'manifest.jsonl'), ctx);
    const samples = [];
    for await (const sample of dataset.samples()) samples.push(sample);
    expect(ctx.problems).toEqual([]);
    expect(samples.map(({ label, group }) => `${label} ${group}`).sort()).toEqual([
      'none clip8',
      'roadwork clip7',
      'roadwork clip7',
    ]);
    const sample = samples.find(({ meta }) => meta.original === 'roadwork/clip7/a.png');
    const random = createRandom(2).fork('roadwork/clip7/a.png').fork(0).fork('sn72:2026-01#0');
    expect(new Uint8Array(await (sample as (typeof samples)[number]).read())).toEqual(
      (await sn72Challenge(bytes, '2026-01', random)).bytes,
    );
  });

  it('goes on where it was, whatever is left of the earlier run', async () => {
    const out = await tempFolder();
    const options = { out, pipeline: 'noise', copies: 3, seed: 1, find };
    const first = await augmentDataset(await open(), options);
    const before = await rows(out);
    // As if it had been stopped: no manifest, a line that was cut off, a picture that is gone.
    await rm(first.manifest);
    const journal = join(out, 'journal.jsonl');
    const lines = (await readFile(journal, 'utf8'))
      .trimEnd()
      .split('\n')
      .filter((line) => line !== '');
    await writeFile(journal, `${lines.slice(0, 5).join('\n')}\n${lines[5]?.slice(0, 40)}`);
    await rm(join(out, JSON.parse(lines[0] as string).key));
    const second = await augmentDataset(await open(), options);
    expect(second.kept).toBe(4);
    expect(await rows(out)).toEqual(before);
    expect((await readdir(out, { recursive: true })).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('makes copies anew of a picture that has changed', async () => {
    const out = await tempFolder();
    let shown = 1;
    const dataset: Dataset = {
      name: 'changing',
      async *samples() {
        for (const id of ['a', 'b']) {
          const read = async () => picture(id === 'a' ? shown : 7);
          yield { id, label: 'roadwork', group: id, source: 's', meta: {}, read };
        }
      },
    };
    const options = { out, pipeline: 'flip', copies: 2, find };
    await augmentDataset(dataset, options);
    const before = await rows(out);
    shown = 2;
    expect((await augmentDataset(dataset, options)).kept).toBe(2);
    const after = await rows(out);
    expect(after.map(({ sha256 }, i) => sha256 === before[i]?.sha256)).toEqual([false, false, true, true]);
  });

  it('writes no copy in which nothing is left of what its original was labelled for', async () => {
    const out = await tempFolder();
    const box = { x: 1, y: 1, width: 3, height: 3, label: 'cone', score: 1 };
    const sample = { label: 'roadwork', group: 'g', source: 's', meta: {}, read: async () => bytes };
    const dataset: Dataset = {
      name: 'boxes',
      async *samples() {
        yield { ...sample, id: 'cone.png', boxes: [box] };
        yield { ...sample, id: 'empty.png', boxes: [] };
        yield { ...sample, id: 'plain.png' };
      },
    };
    const made = await augmentDataset(dataset, {
      out,
      pipeline: 'resizedCrop(scale=0.3..1)',
      copies: 12,
      seed: 1,
      find,
    });
    const lines = await rows(out);
    const of = (id: string) => lines.filter(({ meta }) => meta.original === id);
    expect(of('cone.png').length).toBeGreaterThan(0);
    expect(of('cone.png').filter(({ boxes }) => boxes.length === 0)).toEqual([]);
    expect(of('empty.png').map(({ boxes }) => boxes)).toEqual(Array(12).fill([]));
    expect(of('plain.png').filter((line) => 'boxes' in line)).toEqual([]);
    expect(made.skipped).toBe(36 - lines.length);

    const problems: { where: string; code: string }[] = [];
    const shifted = await augmentDataset(dataset, {
      out: await tempFolder(),
      pipeline: 'shiftScale(x=-0.5,y=0,scale=1)',
      copies: 2,
      find,
      problem: (one) => problems.push(one),
    });
    expect([shifted.skipped, shifted.counts.samples]).toEqual([2, 4]);
    expect(problems).toMatchObject([{ where: 'cone.png', code: 'SV_DATA_LABEL' }]);
  });

  it('refuses a folder that was made with other settings', async () => {
    const out = await tempFolder();
    await augmentDataset(await open(), { out, pipeline: 'noise', find });
    await expect(augmentDataset(await open(), { out, pipeline: 'noise', seed: 1, find })).rejects.toMatchObject({
      code: 'SV_RUN_INVALID',
    });
  });

  it('writes into the folder whatever a label says', async () => {
    const out = join(await tempFolder(), 'inner');
    const sample = { id: 'a.png', group: 'a', source: 's', meta: {}, read: async () => bytes };
    const labels = ['../../up', '..', '/etc', 'c:\\x', 'Straße 1', ''];
    const dataset: Dataset = {
      name: 'hostile',
      async *samples() {
        for (const [i, label] of labels.entries()) yield { ...sample, id: `${i}.png`, label };
      },
    };
    await augmentDataset(dataset, { out, pipeline: 'flip', find });
    expect(await readdir(join(out, '..'))).toEqual(['inner']);
    const folders = (await rows(out)).map(({ id }) => id.split('/')[0]);
    expect(folders).toEqual(['__.._up', '_', '_etc', 'c_x', 'Straße 1', '_']);
  });

  it('refuses a number of copies below one', async () => {
    const out = await tempFolder();
    await expect(augmentDataset(await open(), { out, pipeline: 'noise', copies: 0, find })).rejects.toMatchObject({
      code: 'SV_DATA_AUGMENTATION',
    });
  });
});
