import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sample } from '@streetvision/core';
import { describe, expect, it } from 'vitest';
import { writeParquet } from '../../src/exports/parquet.js';
import { parquetFormat } from '../../src/huggingface/formats.js';
import { all, context, picture, tempFolder } from '../pictures.js';

describe('writeParquet', () => {
  it('ends a file when it is full, and writes none again after an interruption', async () => {
    const folder = join(await tempFolder(), 'draft');
    await mkdir(folder);
    const bytes = await picture(1);
    let [read, stopAt] = [0, 4];
    const samples = Array.from({ length: 6 }, (_, i) => {
      const sample: Sample = {
        id: `s${i}`,
        label: i % 2 === 0 ? 'none' : 'roadwork',
        group: `s${i}`,
        source: 'real',
        meta: {},
        async read() {
          if (++read > stopAt) throw new Error('killed');
          return bytes;
        },
      };
      return { sample, stem: `s${i}`, path: '', width: 0, height: 0, sha256: '' };
    });
    const told = { problem: () => undefined, step: () => undefined, shardBytes: bytes.length * 2 };
    const facts = { name: 'x', classes: ['none', 'roadwork'] };
    await expect(writeParquet(folder, samples, facts, told)).rejects.toThrow('killed');
    [read, stopAt] = [0, 99];
    expect(await writeParquet(folder, samples, facts, told)).toBe(6);
    expect(read).toBe(2);
    expect((await readdir(join(folder, 'data'))).sort()).toEqual(
      [0, 1, 2].map((i) => `train-0000${i}-of-00003.parquet`),
    );
    const back = await all(await parquetFormat().open('.', context(folder)));
    expect(back.map(({ meta, label }) => [meta.id, label])).toEqual(
      samples.map(({ sample }) => [sample.id, sample.label]),
    );
  });
});
