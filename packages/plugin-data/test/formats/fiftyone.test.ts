import { beforeAll, describe, expect, it } from 'vitest';
import { fiftyone } from '../../src/formats/fiftyone.js';
import { all, context, picture, tempFolder, write } from '../pictures.js';

let bytes: Buffer;
beforeAll(async () => {
  bytes = await picture(1, { width: 40, height: 20 });
});

async function read(value: unknown, more: Readonly<Record<string, string | Buffer>> = {}, ref = '.') {
  const dir = await tempFolder();
  const names = ['00001.jpg', '00002.jpg', '00003.jpg', '00004.jpg', 'sub/00005.jpg'];
  await write(dir, {
    ...Object.fromEntries(names.map((name) => [`data/${name}`, bytes])),
    'labels.json': JSON.stringify(value),
    ...more,
  });
  const ctx = context(dir);
  const detected = await fiftyone.detect?.(ref, ctx);
  const samples = await all(await fiftyone.open(ref, ctx));
  return { samples, detected, problems: ctx.problems.map(({ where, code, message }) => `${where} ${code} ${message}`) };
}

describe('fiftyone', () => {
  it('reads indices, names, null, objects with confidence and attributes, and lists', async () => {
    const { samples, detected, problems } = await read(
      {
        classes: ['none', 'roadwork'],
        labels: {
          '00001': 1,
          '00002': 'none',
          '00003': null,
          '00004': { label: 'roadwork', confidence: 0.93, attributes: { split: 'val', stage: 'dino', group: 'g' } },
          'sub/00005': [
            { label: 'none', confidence: 0.8 },
            { label: 'roadwork', confidence: 0.7 },
          ],
        },
      },
      { 'extra.json': JSON.stringify({ '00001': { uniqueness: 0.5, source: 'real' } }) },
    );
    expect([detected, problems]).toEqual([true, []]);
    expect(samples.map(({ id, label, split, group, meta }) => [id, label, split, group, meta])).toEqual([
      ['data/00001.jpg', 'roadwork', undefined, 'data/00001.jpg', { uniqueness: 0.5 }],
      ['data/00002.jpg', 'none', undefined, 'data/00002.jpg', {}],
      ['data/00003.jpg', null, undefined, 'data/00003.jpg', {}],
      ['data/00004.jpg', 'roadwork', 'calibration', 'g', { stage: 'dino', confidence: 0.93 }],
      ['data/sub/00005.jpg', 'roadwork', undefined, 'data/sub/00005.jpg', { confidence: 0.7 }],
    ]);
    expect(samples[0]?.source).toBe('real');
  });

  it('reads detections, their boxes in pixels', async () => {
    const { samples } = await read(
      {
        labels: {
          '00001': [{ label: 'cone', bounding_box: [0.5, 0.25, 0.1, 0.2], confidence: 0.5 }],
          '00002': [{ label: 'tram', bounding_box: [0, 0, 1, 1] }],
        },
      },
      {},
      '.?positive=cone',
    );
    expect(samples.map(({ label }) => label)).toEqual(['roadwork', 'none']);
    expect(samples[0]?.boxes).toEqual([{ x: 20, y: 5, width: 4, height: 4, label: 'cone', score: 0.5 }]);
  });

  it('names entries that cannot be used', async () => {
    const { samples, problems } = await read(
      {
        classes: ['none', 'roadwork'],
        labels: { '00001': 7, '00002': ['none', 'tram'], '00003': 'tram', '/etc/passwd': 1, '00009': 1, '00004': 1 },
      },
      { 'data/00004.png': bytes },
    );
    expect(samples).toEqual([]);
    expect(problems).toMatchInlineSnapshot(`
      [
        "labels.json labels.00001 SV_DATA_LABEL The label is the index 7, and there are 2 classes.",
        "labels.json labels.00002 SV_DATA_LABEL The label "tram" is no class of the task. Classes are none, roadwork.",
        "labels.json labels.00003 SV_DATA_LABEL The label "tram" is no class of the task. Classes are none, roadwork.",
        "labels.json labels./etc/passwd SV_DATA_FORMAT The path \`/etc/passwd\` is absolute, expected one below data/. Copy the pictures into data/, or write a labels.csv beside them.",
        "labels.json labels.00009 SV_INPUT_NOT_FOUND There is no picture \`00009\` in data/.",
        "labels.json labels.00004 SV_DATA_DUPLICATE Both 00004.jpg and 00004.png are called \`00004\`. Name them apart without their extensions.",
      ]
    `);
  });

  it('refuses a labels.json of another form', async () => {
    await expect(read({ labels: [] }, {}, 'labels.json')).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: \`labels\` of labels.json is [], expected an object by file name.]`,
    );
    await expect(read({ classes: 3, labels: {} })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: \`classes\` of labels.json is 3, expected a list of names.]`,
    );
  });
});
