import { describe, expect, it } from 'vitest';
import { annotations } from '../../src/formats/annotations.js';
import { all, context, picture, said, tempFolder, write } from '../pictures.js';

async function read(value: unknown) {
  const dir = await tempFolder();
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  await write(dir, { 'images/a.png': await picture(1), 'images/b.png': await picture(2), 'annotations.json': text });
  const ctx = context(dir);
  const samples = (await all(await annotations.open('.', ctx))).map(said);
  return { samples, problems: ctx.problems.map(({ where, code, message }) => `${where} ${code} ${message}`) };
}

describe('annotations', () => {
  it('reads has_roadwork or label, and metadata', async () => {
    const { samples, problems } = await read([
      { image_path: 'images/a.png', has_roadwork: true, metadata: { city: 'oslo', group: 'g1', source: 'real' } },
      { image_path: 'images/b.png', label: 'none', speed: 3 },
    ]);
    expect(problems).toEqual([]);
    expect(samples).toEqual([
      {
        id: 'images/a.png',
        label: 'roadwork',
        group: 'g1',
        source: 'real',
        meta: { city: 'oslo', group: 'g1', source: 'real' },
      },
      expect.objectContaining({ id: 'images/b.png', label: 'none', group: 'images/b.png', meta: { speed: 3 } }),
    ]);
  });

  it('reads a list under a key, and entries by path', async () => {
    const list = [{ image_path: 'images/a.png', label: 0 }];
    expect((await read({ annotations: list })).samples).toHaveLength(1);
    expect(
      (await read({ 'images/a.png': { label: 0 }, 'images/b.png': { has_roadwork: 1 } })).samples.map(
        ({ label }) => label,
      ),
    ).toEqual(['none', 'roadwork']);
  });

  it('names entries that cannot be used', async () => {
    const { samples, problems } = await read([
      3,
      { label: 1 },
      { image_path: 'images/a.png', label: 2 },
      { image_path: 'images/a.png', metadata: [] },
      { image_path: '../a.png', label: 1 },
      { image_path: 'images/c.png', label: 1 },
    ]);
    expect(samples).toEqual([]);
    expect(problems).toMatchInlineSnapshot(`
      [
        "annotations.json[0] SV_DATA_FORMAT The entry is 3, expected { image_path, label }.",
        "annotations.json[1] SV_DATA_FORMAT The entry has the keys label, expected \`image_path\` with a path.",
        "annotations.json[2] SV_DATA_LABEL The label 2 is no class of the task. Classes are none, roadwork.",
        "annotations.json[3] SV_DATA_FORMAT \`metadata\` is [], expected an object.",
        "annotations.json[4] SV_DATA_FORMAT The path \`../a.png\` leads out of the folder of the dataset. Paths are relative to that folder and stay in it.",
        "annotations.json[5] SV_INPUT_NOT_FOUND There is no file \`images/c.png\`.",
      ]
    `);
  });

  it('refuses a file of another form', async () => {
    await expect(read('"text"')).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: \`(whole file)\` of annotations.json is "text", expected a list of { image_path, label }.]`,
    );
    await expect(read({ info: 1, categories: [] })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: annotations.json is an object with info, categories, expected a list of { image_path, label, metadata }. For COCO write \`coco:labels.json\`, for FiftyOne \`fiftyone:folder\`.]`,
    );
    await expect(read('[{"image_path"')).rejects.toThrow(/^annotations\.json is not JSON/);
  });
});
