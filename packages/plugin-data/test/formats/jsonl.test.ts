import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { csv } from '../../src/formats/csv.js';
import { jsonl } from '../../src/formats/jsonl.js';
import { all, context, picture, said, tempFolder, write } from '../pictures.js';

const format = jsonl(() => [csv]);
const counts = { samples: 1, labels: {}, unlabelled: 1, groups: 1, sources: {}, splits: {} };

async function open(lines: readonly (object | string)[], changes: Parameters<typeof context>[1] = {}) {
  const dir = await tempFolder();
  await write(dir, {
    'a.png': await picture(1),
    'm/b.png': await picture(2),
    'm/data.jsonl': lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''),
    'labels.csv': 'file,label\na.png,1\n',
  });
  const ctx = context(dir, changes);
  return { dir, ctx, dataset: await format.open('m', ctx) };
}

describe('jsonl', () => {
  it('reads a list without a header; unknown keys are metadata', async () => {
    const { dataset } = await open([
      {
        file: 'b.png',
        label: 1,
        group: 3,
        meta: { x: 1 },
        speed: 4,
        boxes: [{ x: 1, y: 2, width: 3, height: 4, label: 'cone' }],
      },
    ]);
    const [sample] = await all(dataset);
    expect(said(sample as never)).toEqual({
      id: 'b.png',
      label: 'roadwork',
      group: '3',
      source: 'm',
      meta: { speed: 4, x: 1 },
      boxes: [{ x: 1, y: 2, width: 3, height: 4, label: 'cone', score: 1 }],
    });
  });

  it('reads a manifest: its root, its count, and pictures of other datasets', async () => {
    const { dataset } = await open([
      { version: 1, name: 'x', sha256: '0'.repeat(64), root: '..', counts: { ...counts, samples: 2 } },
      { id: 'one', file: 'a.png', sha256: 'a'.repeat(64), label: 'none', group: 'g', source: 's', split: 'test' },
      {
        id: 'two',
        ref: { data: '../labels.csv', id: 'a.png' },
        sha256: 'a'.repeat(64),
        label: null,
        group: 'g',
        source: 's',
      },
    ]);
    expect(dataset.count).toBe(2);
    const samples = await all(dataset);
    expect(samples.map(({ id, split, label }) => [id, split, label])).toEqual([
      ['one', 'test', 'none'],
      ['two', undefined, null],
    ]);
    for (const sample of samples) expect(Buffer.from(await sample.read()).equals(await picture(1))).toBe(true);
  });

  it('names bad lines, also one that was cut off', async () => {
    const { dataset, ctx } = await open([
      '[1]',
      { file: 7 },
      { label: 1 },
      { file: 'b.png', meta: 3 },
      { file: 'b.png', boxes: [{ x: 1, y: 'a' }] },
      { file: '../a.png' },
      { file: 'b.png', label: 1 },
      { id: 'r', ref: 'x' },
      '{"file": "b',
    ]);
    expect((await all(dataset)).map(({ id }) => id)).toEqual(['b.png']);
    expect(ctx.problems.map(({ where, code, message }) => `${where} ${code} ${message}`)).toMatchInlineSnapshot(`
      [
        "data.jsonl line 1 SV_DATA_FORMAT The line is [1], expected an object.",
        "data.jsonl line 2 SV_DATA_FORMAT \`file\` is 7, expected a path.",
        "data.jsonl line 3 SV_DATA_FORMAT The row names no file.",
        "data.jsonl line 4 SV_DATA_FORMAT \`meta\` is 3, expected an object.",
        "data.jsonl line 5 SV_DATA_FORMAT \`boxes[0].y\` is "a", expected pixels.",
        "data.jsonl line 6 SV_DATA_FORMAT The path \`../a.png\` leads out of the folder of the dataset. Paths are relative to that folder and stay in it.",
        "data.jsonl line 8 SV_DATA_FORMAT \`ref\` is "x", expected { "data": …, "id": … }.",
        "data.jsonl line 9 SV_DATA_FORMAT The line is not JSON: "{\\"file\\": \\"b".",
      ]
    `);
  });

  it('refuses headers of other versions and forms', async () => {
    await expect(open([{ version: 2, counts: {} }])).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: data.jsonl line 1: the manifest has version 2, expected 1. Update @streetvision/plugin-data, or make the manifest again with \`sv data split\`.]`,
    );
    await expect(open([{ version: 1, name: 'x', counts, sha256: 'no' }])).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: data.jsonl line 1: \`sha256\` of the header: expected 64 hex digits. Make the manifest again with \`sv data split\`.]`,
    );
  });

  it('reads no file of this machine that is no picture, wherever a manifest points', async () => {
    const header = (root: string) => ({ version: 1, name: 'x', sha256: '0'.repeat(64), root, counts });
    for (const root of ['/etc', 'C:\\data', '\\\\host\\share']) {
      await expect(open([header(root), { file: 'passwd' }])).rejects.toMatchObject({ code: 'SV_DATA_FORMAT' });
    }
    const climbing = header('../'.repeat(20));
    const { dataset, ctx } = await open([climbing, { file: 'etc/passwd', label: 1 }]);
    const [sample] = await all(dataset);
    expect(ctx.problems).toEqual([]);
    await expect(sample?.read()).rejects.toMatchObject({ code: 'SV_IMAGE_FORMAT' });
  });

  it('lets no manifest widen what may be asked', async () => {
    const refs = [
      'urls:list.txt?allow=127.0.0.1',
      'urls:list.txt?maxBytes=1',
      'hf:acme/roads?update=1',
      'csv:/etc/labels.csv',
      '/etc',
      'D:\\photos',
      'https://example.org/labels.csv',
    ];
    const right = [
      '../labels.csv',
      'csv:../labels.csv',
      'coco:x.json?positive=cone',
      'hf:acme/roads?split=train',
      'city',
    ];
    const lines = [...refs, ...right].map((data, i) => ({ id: String(i), label: 1, ref: { data, id: 'a.png' } }));
    const { dataset, ctx } = await open(lines);
    expect((await all(dataset)).map(({ id }) => id)).toEqual(right.map((_, i) => String(refs.length + i)));
    expect(ctx.problems.map(({ code, message }) => `${code} ${message.split('Make')[0]}`)).toMatchInlineSnapshot(`
      [
        "SV_DATA_FORMAT A manifest refers to \`urls:list.txt?allow=127.0.0.1\`, and may not set \`allow\`. Name the dataset in the config, data({ sets: { cameras: '…' } }), and refer to \`cameras\`.",
        "SV_DATA_FORMAT A manifest refers to \`urls:list.txt?maxBytes=1\`, and may not set \`maxBytes\`. Name the dataset in the config, data({ sets: { cameras: '…' } }), and refer to \`cameras\`.",
        "SV_DATA_FORMAT A manifest refers to \`hf:acme/roads?update=1\`, and may not set \`update\`. Name the dataset in the config, data({ sets: { cameras: '…' } }), and refer to \`cameras\`.",
        "SV_DATA_FORMAT A manifest refers to \`csv:/etc/labels.csv\`, expected a path relative to the manifest. ",
        "SV_DATA_FORMAT A manifest refers to \`/etc\`, expected a path relative to the manifest. ",
        "SV_DATA_FORMAT A manifest refers to \`D:\\photos\`, expected a path relative to the manifest. ",
        "SV_DATA_FORMAT A manifest refers to \`https://example.org/labels.csv\`, expected a path relative to the manifest. ",
      ]
    `);
  });

  it('says which keys there are where the group is none of them', async () => {
    const { dataset } = await open([{ file: 'b.png', label: 1, clip: 3 }], { group: 'scene' });
    await expect(all(dataset)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: There is no column \`scene\` to group by. Columns are id, label, clip. Name one of them with --group, or leave --group out.]`,
    );
  });

  it('detects by name', async () => {
    const { dir } = await open([{ file: 'b.png' }]);
    const ctx = context(dir);
    expect(await format.detect?.('m', ctx)).toBe(true);
    expect(await format.detect?.(join('m', 'data.jsonl'), ctx)).toBe(true);
    expect(await format.detect?.('labels.csv', ctx)).toBe(false);
  });
});
