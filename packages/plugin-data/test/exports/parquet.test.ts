import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sample } from '@streetvision/core';
import { describe, expect, it } from 'vitest';
import { writeParquet } from '../../src/exports/parquet.js';
import { parquetFormat } from '../../src/huggingface/formats.js';
import { all, context, picture, tempFolder } from '../pictures.js';

describe('writeParquet', () => {
  it('leaves out pictures that cannot be decoded, and tells them again when it goes on', async () => {
    const folder = join(await tempFolder(), 'draft');
    await mkdir(folder);
    const whole = await picture(1, { width: 320, height: 240, format: 'jpeg' });
    let stop = true;
    const reads = [
      async () => whole.subarray(0, whole.length / 2),
      async () => whole,
      async () => {
        if (stop) throw new Error('killed');
        return whole;
      },
    ];
    const samples = reads.map((read, i) => {
      const sample: Sample = { id: `s${i}`, label: 'none', group: `s${i}`, source: 'real', meta: {}, read };
      return { sample, stem: `s${i}`, path: '', width: 0, height: 0, sha256: '' };
    });
    for (const killed of [true, false]) {
      stop = killed;
      const ctx = context(folder);
      const told = { problem: ctx.problem, step: () => undefined, shardBytes: whole.length };
      const writing = writeParquet(folder, samples, { name: 'x', classes: ['none', 'roadwork'] }, told);
      if (killed) await expect(writing).rejects.toThrow('killed');
      else expect(await writing).toBe(2);
      expect(ctx.problems.map(({ where, code }) => [where, code])).toEqual([['s0', 'SV_IMAGE_CORRUPT']]);
    }
    expect(await readFile(join(folder, 'README.md'), 'utf8')).toContain('2 pictures in 2 groups.');
  });

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
    expect(back.map(({ id, label }) => [id, label])).toEqual(samples.map(({ sample }) => [sample.id, sample.label]));
  });
});
