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
