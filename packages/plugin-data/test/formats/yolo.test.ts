import { beforeAll, describe, expect, it } from 'vitest';
import { yolo } from '../../src/formats/yolo.js';
import { all, context, picture, tempFolder, write } from '../pictures.js';

let bytes: Buffer;
beforeAll(async () => {
  bytes = await picture(1, { width: 40, height: 20 });
});

async function read(
  files: Readonly<Record<string, string | Buffer>>,
  ref = '.',
  changes: Parameters<typeof context>[1] = {},
) {
  const dir = await tempFolder();
  await write(dir, files);
  const ctx = context(dir, changes);
  const samples = await all(await yolo.open(ref, ctx));
  return { samples, problems: ctx.problems.map(({ where, code, message }) => `${where} ${code} ${message}`) };
}

describe('yolo', () => {
  it('reads boxes in pixels, polygons, confidences; empty files are negatives, missing ones unlabelled', async () => {
    const { samples, problems } = await read({
      'data.yaml':
        'path: /content/set\ntrain: ../train/images\nval: valid/images\ntest:\nnc: 2\nnames: [roadwork, car]\n',
      'train/images/a.png': bytes,
      'train/labels/a.txt': '0 0.5 0.5 0.5 0.5\n1 0.25 0.5 0.1 0.2 0.75\r\n',
      'train/images/b.png': bytes,
      'train/labels/b.txt': '1 0.1 0.2 0.3 0.2 0.3 0.6 0.1 0.6\n',
      'train/images/c.png': bytes,
      'train/labels/c.txt': '\n',
      'valid/images/d.png': bytes,
    });
    expect(problems).toEqual([]);
    expect(samples.map(({ id, label, split }) => [id, label, split])).toEqual([
      ['train/images/a.png', 'roadwork', 'train'],
      ['train/images/b.png', 'none', 'train'],
      ['train/images/c.png', 'none', 'train'],
      ['valid/images/d.png', null, 'calibration'],
    ]);
    expect(samples[0]?.boxes?.[0]).toEqual({ x: 10, y: 5, width: 20, height: 10, label: 'roadwork', score: 1 });
    expect(samples[0]?.boxes?.[1]).toMatchObject({ x: 8, score: 0.75 });
    const [polygon] = samples[1]?.boxes ?? [];
    expect(
      [polygon?.x, polygon?.y, polygon?.width, polygon?.height].map((n) => Math.round(Number(n) * 1e6) / 1e6),
    ).toEqual([4, 4, 8, 8]);
  });

  it('reads names by index, several folders, and lists of pictures', async () => {
    const { samples } = await read(
      {
        'data.yaml': 'path: set\ntrain: [images/one, list.txt]\nnames:\n  0: cone\n  3: tram\n',
        'set/images/one/a.png': bytes,
        'set/labels/one/a.txt': '3 0.5 0.5 0.1 0.1\n',
        'set/list.txt': './images/two/b.png\n',
        'set/images/two/b.png': bytes,
        'set/labels/two/b.txt': '0 0.5 0.5 0.1 0.1\n',
      },
      'data.yaml?positive=cone',
    );
    expect(samples.map(({ id, label }) => [id, label])).toEqual([
      ['images/one/a.png', 'none'],
      ['images/two/b.png', 'roadwork'],
    ]);
  });

  it('names every bad line, missing and damaged pictures', async () => {
    const { samples, problems } = await read({
      'data.yaml': 'train: list.txt\nnames: [roadwork]\n',
      'list.txt': 'images/a.png\nimages/missing.png\n../x.png\nimages/bad.png\n',
      'images/a.png': bytes,
      'labels/a.txt': '0 0.5 0.5 0.5\n0 12 3 40 50\n7 0.5 0.5 0.1 0.1\n0 0.5 0.5 x 0.1\n0 0.5 0.5 0.1 0.1 4\n',
      'labels/missing.txt': '0 0.5 0.5 0.1 0.1\n',
      'images/bad.png': 'no picture',
      'labels/bad.txt': '0 0.5 0.5 0.1 0.1\n',
    });
    expect(samples.map(({ id, label }) => [id, label])).toEqual([['images/a.png', null]]);
    expect(problems).toMatchInlineSnapshot(`
      [
        "labels/a.txt line 1 SV_DATA_FORMAT The line is \`0 0.5 0.5 0.5\`, expected \`class cx cy width height\`.",
        "labels/a.txt line 2 SV_DATA_FORMAT The box is \`12 3 40 50\`, expected shares of the picture in 0 to 1.",
        "labels/a.txt line 3 SV_DATA_FORMAT The class is 7, and \`names\` has 1 entries.",
        "labels/a.txt line 4 SV_DATA_FORMAT The line is \`0 0.5 0.5 x 0.1\`, expected \`class cx cy width height\`.",
        "labels/a.txt line 5 SV_DATA_FORMAT The confidence is 4, expected 0 to 1.",
        "images/missing.png SV_INPUT_NOT_FOUND There is no file \`images/missing.png\`.",
        "../x.png SV_DATA_FORMAT The path \`../x.png\` leads out of the folder of the dataset. Paths are relative to that folder and stay in it.",
        "images/bad.png SV_IMAGE_FORMAT Received bytes that begin with 6e6f207069637475, expected a JPEG, PNG, WebP, AVIF, TIFF or GIF. Convert the picture to one of them.",
      ]
    `);
  });

  it('refuses a data.yaml of another form', async () => {
    await expect(read({ 'data.yaml': 'train: images\n' })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: \`names\` of data.yaml is missing, expected a list of class names.]`,
    );
    await expect(read({ 'data.yaml': 'names: [roadwork]\n' })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: \`train\` of data.yaml is missing, expected a folder of pictures.]`,
    );
    await expect(read({ 'data.yaml': 'names: {a: b}\ntrain: images\n' })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: \`names.a\` of data.yaml is "b", expected a class name by index.]`,
    );
    await expect(
      read({ 'data.yaml': 'names: [roadwork]\ntrain: ../../secret\n' }),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: The path \`../../secret\` leads out of the folder of the dataset. Paths are relative to that folder and stay in it.]`,
    );
    await expect(read({ 'data.yaml': 'names: [a\n' })).rejects.toThrow(/^data\.yaml is not YAML/);
  });

  it('reads no document that aliases blow up', async () => {
    const list = (name: string) => `[${Array(10).fill(name).join(',')}]`;
    const bomb = ['a: &a [x,x,x]', `b: &b ${list('*a')}`, `c: &c ${list('*b')}`, `d: ${list('*c')}`].join('\n');
    await expect(read({ 'data.yaml': `${bomb}\ntrain: images\nnames: [roadwork]\n` })).rejects.toMatchObject({
      code: 'SV_DATA_FORMAT',
    });
  });
});
