import { describe, expect, it } from 'vitest';
import { openDataset } from '../../src/data/index.js';
import { silent } from '../../src/observe/log.js';
import type { DataContext, DataFormat } from '../../src/types/index.js';

const ctx: DataContext = {
  dir: '.',
  task: undefined,
  log: silent,
  signal: new AbortController().signal,
  problem: () => undefined,
};

const format = (name: string, reads?: RegExp): DataFormat => ({
  name,
  description: `what ${name} reads`,
  ...(reads ? { detect: (ref) => reads.test(ref) } : {}),
  open: (ref) => ({ name: `${name} opened ${ref}`, async *samples() {} }),
});
const formats = [format('hub'), format('csv', /\.csv$/), format('any', /./)];
const open = async (ref: string, all = formats) => (await openDataset(ref, all, ctx)).name;

describe('openDataset', () => {
  it('takes the format that is named, or the first that reads the reference', async () => {
    expect(await open('hub:org/name')).toBe('hub opened org/name');
    expect(await open('any:labels.csv')).toBe('any opened labels.csv');
    expect(await open('labels.csv')).toBe('csv opened labels.csv');
    expect(await open('photos')).toBe('any opened photos');
  });

  it('takes neither an address nor a drive for the name of a format', async () => {
    expect(await open('https://example.org/list.csv')).toBe('csv opened https://example.org/list.csv');
    expect(await open('C:\\photos')).toBe('any opened C:\\photos');
  });

  it('says which formats there are', async () => {
    await expect(open('hubb:org/name')).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: There is no data format \`hubb\`. Did you mean \`hub\`? Formats are hub, csv, any.]`,
    );
    await expect(open('packages', formats.slice(0, 2))).rejects.toThrowErrorMatchingInlineSnapshot(`
      [SvError: No data format reads \`packages\`. Formats are:
        hub: what hub reads
        csv: what csv reads
       Check the path, or name the format: \`coco:labels.json\`.]
    `);
    await expect(open('photos', formats.slice(0, 2))).rejects.toThrow('There is no file or folder `photos`.');
    await expect(open('photos', [])).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: No data format reads \`photos\`. Run \`npm install @streetvision/plugin-data\`: it reads folders, CSV, JSONL, COCO, YOLO, parquet and more.]`,
    );
  });
});
