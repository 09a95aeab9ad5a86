import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Sample } from '@streetvision/core';
import { describe, expect, it } from 'vitest';
import { createRecent } from '../../src/cache/recent.js';
import { parquetFormat } from '../../src/huggingface/formats.js';
import { partIn, splitIn } from '../../src/huggingface/splits.js';
import { all, context, picture, tempFolder, write } from '../pictures.js';
import { hubParquet, noise, plainParquet } from './parquet-bytes.js';

const format = parquetFormat();

async function open(content: Uint8Array, ref = 'data.parquet', changes = {}) {
  const folder = await tempFolder();
  await write(folder, { 'data.parquet': content });
  const ctx = context(folder, changes);
  return { ctx, folder, samples: await all(await format.open(ref, ctx)) };
}

describe('parquet', () => {
  it('is found by name and by what a folder holds', async () => {
    const folder = await tempFolder();
    await write(folder, { 'a/data/train-0.parquet': plainParquet([{ name: 'label', data: [1] }]), 'b/x.txt': '' });
    const ctx = context(folder);
    const found = await Promise.all(
      ['a', 'a/data/train-0.parquet', 'b', 'b/x.txt', 'none'].map((ref) => format.detect?.(ref, ctx)),
    );
    expect(found).toEqual([true, true, false, false, false]);
  });

  it('takes bytes, structs and base64, and columns by another name', async () => {
    const pictures = await Promise.all([0, 1].map((seed) => picture(seed)));
    const bytes = plainParquet([
      { name: 'the_Image', data: pictures, type: 'BYTE_ARRAY' },
      { name: 'label', data: ['none', 'Roadwork'], type: 'STRING' },
      { name: 'when', data: [new Date(0), new Date(1e12)], type: 'TIMESTAMP' },
      { name: 'speed', data: [Number.NaN, 3.5], type: 'DOUBLE' },
      { name: 'mask', data: [noise(1, 9), noise(2, 9)], type: 'BYTE_ARRAY' },
      { name: 'source', data: ['generated', ''], type: 'STRING' },
    ]);
    const { samples } = await open(bytes);
    expect(samples.map(({ label, source, meta }) => ({ label, source, meta }))).toEqual([
      {
        label: 'none',
        source: 'generated',
        meta: { when: '1970-01-01T00:00:00.000Z', speed: null, source: 'generated' },
      },
      { label: 'roadwork', source: 'data', meta: { when: '2001-09-09T01:46:40.000Z', speed: 3.5, source: '' } },
    ]);
    expect(Buffer.from((await samples[1]?.read()) as Uint8Array)).toEqual(pictures[1]);

    const base64 = plainParquet([
      { name: 'photo', data: [`data:image/png;base64,${pictures[0]?.toString('base64')}`, 'no'], type: 'STRING' },
      { name: 'busy', data: [true, false], type: 'BOOLEAN' },
    ]);
    const other = await open(base64, 'data.parquet?image=photo&label=busy');
    expect(other.samples.map(({ label }) => label)).toEqual(['roadwork', 'none']);
    expect(Buffer.from((await other.samples[0]?.read()) as Uint8Array)).toEqual(pictures[0]);
    await expect(other.samples[1]?.read()).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: The picture of data.parquet#1 is a text that is not base64, expected bytes, {bytes, path} or base64.]`,
    );
  });

  it('refuses a file without the columns and names those it has', async () => {
    const file = plainParquet([
      { name: 'photo', data: ['x'] },
      { name: 'kind', data: [1] },
    ]);
    await expect(open(file)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: data.parquet has no column whose name contains \`image\`. Its columns are photo, kind. Name the column of the pictures: \`?image=photo\`.]`,
    );
    await expect(open(file, 'data.parquet?image=photo')).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: data.parquet has no column \`label\`. Its columns are photo, kind. Name the column of the classes: \`?label=has_roadwork\`.]`,
    );
    await expect(open(file, 'data.parquet?image=poto')).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: data.parquet has no column \`poto\`. Its columns are photo, kind. Name the column of the pictures: \`?image=photo\`.]`,
    );
    for (const damaged of [Buffer.from('no parquet at all'), file.subarray(0, 40), Buffer.alloc(0)]) {
      await expect(open(damaged)).rejects.toMatchObject({ code: 'SV_DATA_FORMAT' });
    }
    await expect(open(file, 'none.parquet')).rejects.toMatchObject({ code: 'SV_DATA_NOT_FOUND' });
  });

  it('leaves out rows with a wrong class or without a picture, and says which', async () => {
    const image = await picture(1);
    const rows = [
      { image, label: 1 },
      { image: null, label: 0 },
      { image, label: 7 },
      { image, label: null },
      { image, label: -1 },
    ];
    const { ctx, samples } = await open(hubParquet(rows, { perGroup: 2 }));
    expect(samples.map(({ id, label }) => [id, label])).toEqual([
      ['data.parquet#0', 'roadwork'],
      ['data.parquet#3', null],
      ['data.parquet#4', null],
    ]);
    expect(ctx.problems).toMatchInlineSnapshot(`
      [
        {
          "code": "SV_IMAGE_EMPTY",
          "message": "It has no picture.",
          "where": "data.parquet#1",
        },
        {
          "code": "SV_DATA_LABEL",
          "message": "The label 7 is none of the file's 2 classes. They are None, Roadwork.",
          "where": "data.parquet#2",
        },
      ]
    `);
  });

  it('says which file is damaged in the middle', async () => {
    const good = hubParquet([0, 1].map((i) => ({ image: noise(i, 5000), label: i })));
    const damaged = Buffer.from(good);
    damaged.fill(0xff, 10, 4000);
    const { samples } = await open(damaged);
    await expect((samples[0] as Sample).read()).rejects.toMatchObject({ code: 'SV_DATA_FORMAT' });
  });

  it('reads 40 MB row group by row group in flat memory', async () => {
    const folder = await tempFolder();
    const rows = Array.from({ length: 320 }, (_, i) => ({ image: noise(i, 128 * 1024), label: i % 2 }));
    await writeFile(join(folder, 'big.parquet'), hubParquet(rows, { perGroup: 8 }));
    rows.length = 0;
    const dataset = await parquetFormat({ memory: 2e6 }).open('big.parquet', context(folder));
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    let most = 0;
    let first = 0;
    let count = 0;
    for await (const sample of dataset.samples()) {
      expect((await sample.read()).length).toBe(128 * 1024);
      if (++count % 40 === 0) {
        // Freed buffers are swept by another thread.
        for (let i = 0; i < 3; i++) {
          collect();
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
        const { arrayBuffers } = process.memoryUsage();
        first ||= arrayBuffers;
        most = Math.max(most, arrayBuffers);
      }
    }
    expect(count).toBe(320);
    expect(most - first).toBeLessThan(20e6);
  });
});

it('sees the split in a path', () => {
  const paths = [
    'data/train-00000-of-00020.parquet',
    'default/validation/0000.parquet',
    'test/retrain-1.parquet',
    'all.parquet',
  ];
  expect(paths.map(splitIn)).toEqual(['train', 'validation', 'test', undefined]);
  expect(paths.map(partIn)).toEqual(['train', 'calibration', 'test', undefined]);
});

it('remembers the last, makes once, and forgets what failed', async () => {
  const recent = createRecent<number>(10, (value) => value);
  let made = 0;
  const make = (value: number) => async () => {
    made++;
    return value;
  };
  await Promise.all([recent.get('a', make(6)), recent.get('a', make(6))]);
  await recent.get('b', make(6));
  await recent.get('b', make(6));
  expect(made).toBe(2);
  await recent.get('a', make(6));
  expect(made).toBe(3);
  await expect(recent.get('c', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await recent.get('c', make(1))).toBe(1);
});
