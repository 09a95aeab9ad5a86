import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openDataset, type Sample, silent } from '@streetvision/core';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ExportFormat, exportDataset } from '../../src/exports/index.js';
import { data } from '../../src/plugin.js';
import { all, context, picture, said, task, tempFolder, write } from '../pictures.js';

const formats = data().formats ?? [];
let dir: string;
const box = { x: 4, y: 3, width: 8, height: 6, label: 'cone', score: 1 };
const lines = [
  {
    id: 'clips/one/a',
    file: 'clips/one/a.png',
    label: 'roadwork',
    group: 'clip 1',
    source: 'real',
    split: 'train',
    meta: { scene_description: 'cones, "two"', km: 1.5 },
    boxes: [box, { ...box, x: 0.5, label: 'barrier', score: 0.75 }],
  },
  {
    id: 'clips/two/a',
    file: 'clips/two/a.jpg',
    label: 'none',
    group: 'clip 1',
    source: 'real',
    split: 'calibration',
    meta: { confidence: 0.5 },
  },
  { id: 'c', file: 'c.png', label: null, group: 'c', source: 'web', split: 'test' },
  {
    id: 'd',
    file: 'd.png',
    label: 'roadwork',
    group: 'g',
    source: 'generated',
    split: 'test',
    meta: { nested: { a: [1, 2] } },
  },
  { id: 'e', file: 'e.png', label: 'none', group: 'g', source: 'generated' },
];

beforeAll(async () => {
  dir = await tempFolder();
  await write(dir, {
    'clips/one/a.png': await picture(1, { width: 40, height: 30 }),
    'clips/two/a.jpg': await picture(2, { format: 'jpeg' }),
    'c.png': await picture(3),
    'd.png': await picture(4),
    'e.png': await picture(5),
    'list.jsonl': lines.map((line) => JSON.stringify(line)).join('\n'),
  });
});

const open = (ref: string, ctx = context(dir)) => openDataset(ref, formats, ctx);

async function roundTrip(format: ExportFormat) {
  const out = join(await tempFolder(), 'out');
  const ctx = context(dir);
  const count = await exportDataset(await open('list.jsonl', ctx), { format, out, task, problem: ctx.problem });
  const back = context(out);
  const samples = await all(await open(`${format}:.`, back));
  expect([count, ctx.problems, back.problems]).toEqual([5, [], []]);
  for (const { id, label, read } of samples) {
    const line = lines.find((one) => one.id === id) ?? lines.find((one) => one.file.endsWith(id));
    if (line)
      expect([label, Buffer.compare(Buffer.from(await read()), await readFile(join(dir, line.file)))]).toEqual([
        line.label,
        0,
      ]);
  }
  return { out, samples: samples.sort((a, b) => (a.id < b.id ? -1 : 1)) };
}

const original = async () => (await all(await open('list.jsonl'))).sort((a, b) => (a.id < b.id ? -1 : 1));
const plain = (samples: readonly Sample[]) =>
  samples.map((sample) => {
    const { sha256: _, boxes, ...rest } = said(sample) as Sample;
    const rounded = boxes?.map((one) => ({
      ...one,
      x: round(one.x),
      y: round(one.y),
      width: round(one.width),
      height: round(one.height),
    }));
    return { ...rest, ...(rounded ? { boxes: rounded } : {}) };
  });
const round = (n: number) => Math.round(n * 1e9) / 1e9;

describe('exportDataset', () => {
  it.each(['jsonl', 'coco', 'fiftyone', 'parquet', 'folder'] as const)(
    '%s is read back with the same samples, labels and boxes',
    async (format) => {
      const { out, samples } = await roundTrip(format);
      // Without its name the folder is known for what it is; folders of classes know the rest by their manifest.
      const whole = format === 'folder' ? [] : samples;
      if (whole.length > 0) expect(plain(whole)).toEqual(plain(await original()));
      const back = (await all(await open('.', context(out)))).sort((a, b) => (a.id < b.id ? -1 : 1));
      expect(plain(back)).toEqual(plain(await original()));
    },
  );

  it('yolo is read back so too, without positive pictures that have no boxes', async () => {
    const out = join(await tempFolder(), 'out');
    const ctx = context(dir);
    const options = { format: 'yolo', out, task, problem: ctx.problem } as const;
    expect(await exportDataset(await open('list.jsonl', ctx), options)).toBe(4);
    expect(ctx.problems).toMatchInlineSnapshot(`
      [
        {
          "code": "SV_DATA_FORMAT",
          "message": "It is of the class roadwork and has no boxes: YOLO would take it as background.",
          "where": "d",
        },
      ]
    `);
    const samples = (await all(await open('yolo:.', context(out)))).sort((a, b) => (a.id < b.id ? -1 : 1));
    expect(plain(samples)).toEqual(plain((await original()).filter(({ id }) => id !== 'd')));
    expect(await readFile(join(out, 'labels/train/e.txt'), 'utf8')).toBe('');
  });

  it('folder is read back by its classes, and by its labels.csv with the rest', async () => {
    const { out, samples } = await roundTrip('folder');
    expect(samples.map(({ id, label, group, split }) => [id, label, group, split])).toEqual([
      ['calibration/none/clip_1/a-2.jpg', 'none', 'clip_1', 'calibration'],
      ['none/g/e.png', 'none', 'g', undefined],
      ['test/_unlabeled/c.png', null, 'test/_unlabeled/c.png', 'test'],
      ['test/roadwork/g/d.png', 'roadwork', 'g', 'test'],
      ['train/roadwork/clip_1/a.png', 'roadwork', 'clip_1', 'train'],
    ]);
    const whole = (await all(await open('labels.csv', context(out)))).sort((a, b) => (a.id < b.id ? -1 : 1));
    const simple = ({ id, label, group, source, split }: Sample) => ({ id, label, group, source, split });
    expect(whole.map(simple)).toEqual((await original()).map(simple));
    expect(whole.find(({ id }) => id === 'clips/one/a')?.meta).toMatchObject({
      scene_description: 'cones, "two"',
      km: 1.5,
    });
  });

  it('parquet is read back, with the classes by name and a dataset card', async () => {
    const out = join(await tempFolder(), 'out');
    const ctx = context(dir);
    expect(
      await exportDataset(await open('list.jsonl', ctx), { format: 'parquet', out, task, problem: ctx.problem }),
    ).toBe(5);
    expect((await readdir(join(out, 'data'))).sort()).toEqual([
      'calibration-00000-of-00001.parquet',
      'test-00000-of-00001.parquet',
      'train-00000-of-00001.parquet',
    ]);
    expect((await readdir(out)).sort()).toEqual(['README.md', 'data']);
    const samples = await all(await open('.', context(out)));
    expect(samples.map(({ id, label, group, source, split }) => [id, label, group, source, split])).toEqual(
      expect.arrayContaining([
        ['clips/one/a', 'roadwork', 'clip 1', 'real', 'train'],
        ['clips/two/a', 'none', 'clip 1', 'real', 'calibration'],
        ['c', null, 'c', 'web', 'test'],
      ]),
    );
    for (const sample of samples) {
      const line = lines.find(({ id }) => id === sample.id) as { file: string };
      expect(Buffer.compare(Buffer.from(await sample.read()), await readFile(join(dir, line.file)))).toBe(0);
    }
    const file = (await readFile(join(out, 'data/train-00000-of-00001.parquet'))).buffer;
    const [row] = await parquetReadObjects({ file, utf8: false });
    expect(row).toMatchObject({ label: 1n, scene_description: 'cones, "two"', boxes: JSON.stringify(lines[0]?.boxes) });
    expect(JSON.parse(parquetMetadata(file).key_value_metadata?.[0]?.value as string).info.features.label).toEqual({
      names: ['none', 'roadwork'],
      _type: 'ClassLabel',
    });
    expect(await readFile(join(out, 'README.md'), 'utf8')).toMatchInlineSnapshot(`
      "---
      pretty_name: list.jsonl
      task_categories:
        - image-classification
      size_categories:
        - n<1K
      configs:
        - config_name: default
          data_files:
            - split: train
              path: data/train-*
            - split: calibration
              path: data/calibration-*
            - split: test
              path: data/test-*
      ---

      # list.jsonl

      5 pictures in 3 groups. A group holds near-duplicates (a clip, a scene): split by it, never by picture.

      | label | pictures |
      |---|---|
      | none | 2 |
      | roadwork | 2 |
      | (unlabelled) | 1 |

      | source | pictures |
      |---|---|
      | generated | 2 |
      | real | 2 |
      | web | 1 |

      Columns: \`image\`, \`label\` (index of the class), \`scene_description\`, \`id\`, \`group\`, \`source\`, \`split\`, \`boxes\` (JSON: x, y, width and
      height in pixels, label, score) and \`meta\` (JSON).

      Before you publish: add the licence of the pictures, and say whether faces and number plates are blurred.
      "
    `);
  });

  it('goes on where it was interrupted, and shows nothing before it is complete', async () => {
    const out = join(await tempFolder(), 'out');
    const dataset = await open('list.jsonl');
    const counted = (stopAt: number) => {
      let read = 0;
      return {
        reads: () => read,
        dataset: {
          ...dataset,
          async *samples() {
            for await (const sample of dataset.samples()) {
              yield {
                ...sample,
                read: () => {
                  if (++read > stopAt) throw new Error('killed');
                  return sample.read();
                },
              };
            }
          },
        },
      };
    };
    const first = counted(3);
    await expect(exportDataset(first.dataset, { format: 'coco', out, task, problem: () => undefined })).rejects.toThrow(
      'killed',
    );
    await expect(readdir(out)).rejects.toThrow('ENOENT');
    await expect(exportDataset(dataset, { format: 'yolo', out, task, problem: () => undefined })).rejects.toThrow(
      /is what another export left behind/,
    );
    const second = counted(99);
    expect(await exportDataset(second.dataset, { format: 'coco', out, task, problem: () => undefined })).toBe(5);
    expect(second.reads()).toBe(2);
    expect((await readdir(out)).sort()).toEqual(['data', 'labels.json']);
    expect((await all(await open('coco:.', context(out)))).length).toBe(5);
    await expect(exportDataset(dataset, { format: 'coco', out, task, problem: () => undefined })).rejects.toMatchObject(
      { code: 'SV_OUTPUT_WRITE' },
    );
  });

  it('goes on after a kill before its first file, and after one at its very end', async () => {
    const dataset = await open('list.jsonl');
    for (const format of ['coco', 'parquet'] as const) {
      const out = join(await tempFolder(), 'out');
      const run = () => exportDataset(dataset, { format, out, task, problem: () => undefined });
      await mkdir(`${out}.partial`);
      expect(await run()).toBe(5);
      const done = (await readdir(out)).sort();
      // As a kill leaves it between the last rename and the removal of the passport.
      await write(out, { '.export.json': `${JSON.stringify({ format, data: dataset.name })}\n`, '.written.jsonl': '' });
      expect(await run()).toBe(5);
      expect((await readdir(out)).sort()).toEqual(done);
    }
  });

  it('escapes what a spreadsheet would run, and keeps texts that look like something else', async () => {
    const out = join(await tempFolder(), 'out');
    const meta = { note: '=1+cmd|x', at: '@SUM(A1)', below: -5, number: '12', truth: 'true', blank: '  x' };
    const [first] = await original();
    const dataset = {
      name: 'odd',
      async *samples() {
        yield { ...(first as Sample), meta };
      },
    };
    await exportDataset(dataset, { format: 'folder', out, task, problem: () => undefined });
    expect((await readFile(join(out, 'labels.csv'), 'utf8')).split('\n')[1]).toMatchInlineSnapshot(
      `"test/_unlabeled/c.png,,c,web,test,c,'=1+cmd|x,'@SUM(A1),-5,12,true,"  x""`,
    );
    expect((await all(await open('.', context(out))))[0]?.meta).toEqual(meta);
  });

  it('leaves out what cannot be read, and refuses to write nothing', async () => {
    const broken = await tempFolder();
    await write(broken, { 'a.png': 'no picture', 'labels.csv': 'file,label\na.png,1\n' });
    const ctx = context(broken, { log: silent });
    const run = async () =>
      exportDataset(await open('labels.csv', ctx), {
        format: 'folder',
        out: join(broken, 'out'),
        task,
        problem: ctx.problem,
      });
    await expect(run()).rejects.toMatchObject({ code: 'SV_DATA_EMPTY' });
    expect(ctx.problems.map(({ code }) => code)).toEqual(['SV_IMAGE_FORMAT']);
  });
});
