import type { Box } from '@streetvision/core';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { coco } from '../../src/formats/coco.js';
import { all, context, picture, tempFolder, write } from '../pictures.js';

let bytes: Buffer;
beforeAll(async () => {
  bytes = await picture(1, { width: 40, height: 20 });
});

const categories = [
  { id: 1, name: 'Cone', supercategory: 'roadwork' },
  { id: 2, name: 'Car', supercategory: 'vehicle' },
];
const images = ['a', 'b', 'c'].map((name, i) => ({ id: i, file_name: `${name}.png`, width: 40, height: 20 }));
const annotations = [
  { id: 1, image_id: 0, category_id: 1, bbox: [1, 2, 3, 4], score: 0.5 },
  { id: 2, image_id: 0, category_id: 2, bbox: [5, 6, 7.5, 8] },
  { id: 3, image_id: 1, category_id: 2, bbox: [0, 0, 1, 1] },
];

async function read(files: Readonly<Record<string, object>>, ref = '.', changes: Parameters<typeof context>[1] = {}) {
  const dir = await tempFolder();
  await write(
    dir,
    Object.fromEntries(
      Object.entries(files).map(([name, value]) => [name, Buffer.isBuffer(value) ? value : JSON.stringify(value)]),
    ),
  );
  const ctx = context(dir, changes);
  const detected = await coco.detect?.(ref, ctx);
  const samples = await all(await coco.open(ref, ctx));
  return { samples, detected, problems: ctx.problems.map(({ where, code, message }) => `${where} ${code} ${message}`) };
}
const pictures = (prefix = '') => Object.fromEntries(['a', 'b', 'c'].map((name) => [`${prefix}${name}.png`, bytes]));
const labels = (samples: readonly { id: string; label: string | null }[]) =>
  samples.map(({ id, label }) => [id, label]);

describe('coco', () => {
  it('turns boxes into labels by the supercategory; a picture without annotations has none', async () => {
    const { samples, detected, problems } = await read({
      'labels.json': { images, annotations, categories },
      ...pictures('data/'),
    });
    expect([detected, problems]).toEqual([true, []]);
    expect(labels(samples)).toEqual([
      ['a.png', 'roadwork'],
      ['b.png', 'none'],
      ['c.png', null],
    ]);
    expect(samples[0]?.boxes).toEqual([
      { x: 1, y: 2, width: 3, height: 4, label: 'Cone', score: 0.5 },
      { x: 5, y: 6, width: 7.5, height: 8, label: 'Car', score: 1 },
    ]);
  });

  it('takes positive categories and unlabelled pictures as the reference says', async () => {
    const { samples } = await read(
      { 'x.json': { images, annotations, categories }, ...pictures() },
      'x.json?positive=car&unlabelled=negative',
    );
    expect(labels(samples)).toEqual([
      ['a.png', 'roadwork'],
      ['b.png', 'roadwork'],
      ['c.png', 'none'],
    ]);
  });

  it('brings boxes to the upright size of the picture', async () => {
    // A red block at x 60–80, y 10–20 of 80 × 40 stored pixels; each orientation shows it elsewhere.
    const block = await sharp({ create: { width: 20, height: 10, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    const plain = sharp({ create: { width: 80, height: 40, channels: 3, background: 'white' } }).composite([
      { input: block, left: 60, top: 10 },
    ]);
    const stored = await plain.png().toBuffer();
    const orientations = [1, 5, 6, 7, 8];
    const files: Record<string, Buffer> = {};
    for (const orientation of orientations) {
      files[`${orientation}.png`] = await sharp(stored).withMetadata({ orientation }).png().toBuffer();
    }
    for (const scale of [1, 10]) {
      const { samples, problems } = await read({
        'labels.json': {
          images: orientations.map((id) => ({ id, file_name: `${id}.png`, width: 80 * scale, height: 40 * scale })),
          annotations: orientations.map((id) => ({
            ...{ id, image_id: id, category_id: 1 },
            bbox: [60, 10, 20, 10].map((n) => n * scale),
          })),
          categories,
        },
        ...files,
      });
      expect([problems, samples.length]).toEqual([[], 5]);
      for (const sample of samples) {
        const [{ x, y, width, height }] = sample.boxes as [Box];
        const { data, info } = await sharp(await sample.read())
          .rotate()
          .raw()
          .toBuffer({ resolveWithObject: true });
        const seen = [];
        for (let i = 0; i < info.width * info.height; i++) {
          if ((data[i * info.channels + 1] as number) < 128) seen.push([i % info.width, Math.floor(i / info.width)]);
        }
        const [xs, ys] = [seen.map(([x]) => x as number), seen.map(([, y]) => y as number)];
        expect([sample.id, x, y, x + width - 1, y + height - 1]).toEqual([
          ...[sample.id, Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)],
        ]);
      }
    }
  });

  it('takes no boxes of a picture that was cut since', async () => {
    const cut = images.map((image) => ({ ...image, width: 60 }));
    const { samples, problems } = await read({
      'labels.json': { images: cut, annotations, categories },
      ...pictures(),
    });
    expect(labels(samples)).toEqual([['c.png', null]]);
    expect(problems[0]).toMatchInlineSnapshot(
      `"labels.json images[0] SV_DATA_FORMAT The picture has 40 × 20 pixels, and the file says 60 × 20: its boxes lie elsewhere. Take the pictures that were labelled, not cut ones."`,
    );
  });

  it('takes no ids that are there twice', async () => {
    const twice = images.map((image) => ({ ...image, id: image.id === 1 ? 0 : image.id }));
    const { samples, problems } = await read({
      'labels.json': { images: twice, annotations: annotations.slice(0, 2), categories },
      ...pictures(),
    });
    expect(labels(samples)).toEqual([['c.png', null]]);
    expect(problems).toMatchInlineSnapshot(`
      [
        "labels.json images[0] SV_DATA_DUPLICATE Another image has the id 0 too: whose boxes are whose cannot be said.",
        "labels.json images[1] SV_DATA_DUPLICATE Another image has the id 0 too: whose boxes are whose cannot be said.",
      ]
    `);
    const same = categories.map((category) => ({ ...category, id: 1 }));
    await expect(
      read({ 'labels.json': { images, annotations, categories: same }, ...pictures() }),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: labels.json has two categories 1: \`Cone\` and \`Car\`. Give each category an id of its own, and its annotations that id.]`,
    );
  });

  it('never guesses which categories are positive', async () => {
    const plain = categories.map(({ id, name }) => ({ id, name }));
    const open = (ref: string) => read({ 'x.json': { images, annotations, categories: plain }, ...pictures() }, ref);
    await expect(open('x.json')).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: No category is \`roadwork\`, the positive class of the task. Categories are Cone, Car. Say which of them mean the positive class: \`coco:labels.json?positive=cone,barrier\`.]`,
    );
    await expect(open('x.json?positive=cone,tram')).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: No category is called \`tram\`. Categories are Cone, Car. Say which of them mean the positive class: \`coco:labels.json?positive=cone,barrier\`.]`,
    );
    await expect(open('x.json?unlabelled=maybe')).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: The option \`unlabelled\` is \`maybe\`, expected unknown or negative.]`,
    );
    await expect(open('x.json?positiv=cone')).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: The reference \`x.json?positiv=cone\` has the option \`positiv\`. Did you mean \`positive\`? Options are positive, unlabelled.]`,
    );
  });

  it('believes a label of the picture itself', async () => {
    const own = images.map((image, i) => ({ ...image, label: [1, 'none', null][i], group: 'g', meta: { x: i } }));
    const { samples } = await read({ 'labels.json': { images: own, annotations: [], categories: [] }, ...pictures() });
    expect(samples.map(({ label, group, meta }) => [label, group, meta])).toEqual([
      ['roadwork', 'g', { x: 0 }],
      ['none', 'g', { x: 1 }],
      [null, 'g', { x: 2 }],
    ]);
  });

  it('reads the parts of a Roboflow export and of instances_*.json', async () => {
    const roboflow = await read({
      'train/_annotations.coco.json': { images, annotations, categories },
      ...pictures('train/'),
      'valid/_annotations.coco.json': { images: images.slice(0, 1), annotations: [], categories },
      'valid/a.png': bytes,
    });
    expect(roboflow.samples.map(({ id, split }) => [id, split])).toEqual([
      ['train/a.png', 'train'],
      ['train/b.png', 'train'],
      ['train/c.png', 'train'],
      ['valid/a.png', 'calibration'],
    ]);
    const instances = await read({
      'annotations/instances_val2017.json': { images: images.slice(0, 1), annotations: [], categories },
      'val2017/a.png': bytes,
      'annotations/instances_train2017.json': { images: images.slice(1), annotations, categories },
      ...pictures('train2017/'),
    });
    expect(instances.samples.map(({ id, split }) => [id, split])).toEqual([
      ['train2017/b.png', 'train'],
      ['train2017/c.png', 'train'],
      ['val2017/a.png', 'calibration'],
    ]);
    expect(instances.problems).toEqual([
      'instances_train2017.json annotations[0] SV_DATA_FORMAT `image_id` is 0, and there is no such image.',
      'instances_train2017.json annotations[1] SV_DATA_FORMAT `image_id` is 0, and there is no such image.',
    ]);
  });

  it('names what is wrong', async () => {
    const { problems } = await read({
      'labels.json': {
        images: [...images, { id: 9 }, { id: 10, file_name: '../../a.png' }],
        annotations: [
          { image_id: 0, category_id: 5, bbox: [1, 1, 1, 1] },
          { image_id: 0, category_id: 1, bbox: [1, 1, 0, 1] },
          { image_id: 0, category_id: 1, bbox: [1, 1, 1, 1], score: 3 },
        ],
        categories,
      },
      ...pictures(),
    });
    expect(problems).toMatchInlineSnapshot(`
      [
        "labels.json annotations[0] SV_DATA_FORMAT \`category_id\` is 5, and there is no such category.",
        "labels.json annotations[1] SV_DATA_FORMAT \`bbox\` is [1,1,0,1], expected [x, y, width, height] in pixels.",
        "labels.json annotations[2] SV_DATA_FORMAT \`score\` is 3, expected 0 to 1.",
        "labels.json images[3] SV_DATA_FORMAT The image is {"id":9}, expected { id, file_name }.",
        "labels.json images[4] SV_DATA_FORMAT The path \`../../a.png\` leads out of the folder of the dataset. Paths are relative to that folder and stay in it.",
      ]
    `);
    await expect(
      read({ 'labels.json': { images: {}, annotations, categories } }, 'labels.json'),
    ).rejects.toThrowErrorMatchingInlineSnapshot(`[SvError: \`images\` of labels.json is {}, expected a list.]`);
    await expect(
      read({ 'labels.json': { images, annotations, categories: [{ id: 1 }] } }, 'labels.json'),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: \`categories[0]\` of labels.json is {"id":1}, expected { id, name }.]`,
    );
  });
});
