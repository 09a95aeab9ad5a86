import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { silent } from '@streetvision/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { csv } from '../../src/formats/csv.js';
import { folder } from '../../src/formats/folder.js';
import { all, context, picture, tempFolder, write } from '../pictures.js';

let bytes: Buffer;
beforeAll(async () => {
  bytes = await picture();
});

async function read(files: readonly string[], changes: Parameters<typeof context>[1] = {}) {
  const dir = await tempFolder();
  await write(dir, Object.fromEntries(files.map((file) => [file, bytes])));
  const ctx = context(dir, changes);
  const samples = await all(await folder.open('.', ctx));
  return {
    rows: samples.map(({ id, label, group, split }) => [id, label, group, split]),
    problems: ctx.problems.map(({ where, code, message }) =>
      `${where} ${code} ${message}`.replace(/^sv-data-\w+/, '…'),
    ),
  };
}

describe('folder', () => {
  it('takes class folders of the task, and what is between as the group', async () => {
    const { rows, problems } = await read(
      [
        'roadwork/a.png',
        'roadwork/clip7/b.png',
        'no_roadwork/clip7/c.png',
        'None/d.png',
        '_unlabeled/e.png',
        'f.png',
        'roadwork/.hidden.png',
        'roadwork/notes.txt',
      ],
      { task: { name: 't', classes: ['no_roadwork', 'roadwork'], positive: 'roadwork' } },
    );
    expect(rows).toEqual([
      ['None/d.png', 'no_roadwork', 'None/d.png', undefined],
      ['_unlabeled/e.png', null, '_unlabeled/e.png', undefined],
      ['f.png', null, 'f.png', undefined],
      ['no_roadwork/clip7/c.png', 'no_roadwork', 'clip7', undefined],
      ['roadwork/a.png', 'roadwork', 'roadwork/a.png', undefined],
      ['roadwork/clip7/b.png', 'roadwork', 'clip7', undefined],
    ]);
    expect(problems).toEqual([]);
  });

  it('takes outer folders train, val and test as parts', async () => {
    const { rows } = await read(['train/roadwork/a.png', 'val/none/b.png', 'test/none/c1/c.png']);
    expect(rows).toEqual([
      ['test/none/c1/c.png', 'none', 'c1', 'test'],
      ['train/roadwork/a.png', 'roadwork', 'train/roadwork/a.png', 'train'],
      ['val/none/b.png', 'none', 'val/none/b.png', 'calibration'],
    ]);
  });

  it('names a folder that is no class', async () => {
    const { rows, problems } = await read(['rodwork/a.png', 'rodwork/b.png', 'none/c.png']);
    expect(rows).toEqual([['none/c.png', 'none', 'none/c.png', undefined]]);
    expect(problems).toMatchInlineSnapshot(`
      [
        "…/rodwork/ SV_DATA_LABEL The label "rodwork" is no class of the task. Did you mean \`roadwork\`? Classes are none, roadwork. 2 pictures.",
      ]
    `);
  });

  it('reads any class names without a task, and unlabelled pictures where no folder is a class', async () => {
    expect((await read(['cat/a.png', 'dog/b.png'], { task: undefined })).rows.map(([, label]) => label)).toEqual([
      'cat',
      'dog',
    ]);
    expect((await read(['frames/a.png', 'frames/b.png'])).rows).toEqual([
      ['frames/a.png', null, 'frames', undefined],
      ['frames/b.png', null, 'frames', undefined],
    ]);
  });

  it('says what it passes by', async () => {
    const { rows, problems } = await read([
      'roadwork/a.png',
      'roadwork/b.HEIC',
      'none/c.heic',
      'none/d.bmp',
      'none/e.txt',
    ]);
    expect(rows).toHaveLength(1);
    expect(problems).toMatchInlineSnapshot(`
      [
        "none/c.heic SV_IMAGE_FORMAT 2 .heic files are not read. Convert them to JPEG or PNG.",
        "none/d.bmp SV_IMAGE_FORMAT 1 .bmp files are not read. Convert them to JPEG or PNG.",
      ]
    `);
    const dir = await tempFolder();
    await write(dir, { 'roadwork/a.png': bytes, 'elsewhere/b.png': bytes });
    await symlink(join(dir, 'elsewhere'), join(dir, 'none'));
    const ctx = context(dir);
    await all(await folder.open('.', ctx));
    expect(ctx.problems).toContainEqual(expect.objectContaining({ where: 'none/', code: 'SV_DATA_FORMAT' }));
    await expect(read(['a.heic', 'b.heic'])).rejects.toThrow('holds no picture that is read, and 2 .heic.');
  });

  it('warns where all folders are misspelt', async () => {
    const warned: string[] = [];
    const log = { ...silent, warn: (message: string) => void warned.push(message) };
    await read(['raodwork/a.png', 'nonne/b.png'], { log });
    expect(warned).toMatchInlineSnapshot(`
      [
        "No folder of \`.\` is called as a class (none, roadwork), so no picture has a label. \`nonne\`: Did you mean \`none\`? \`raodwork\`: Did you mean \`roadwork\`?",
      ]
    `);
    await read(['train/_unlabelled/a.png', 'b.png'], { log });
    expect(warned).toHaveLength(1);
  });

  it('follows no link out of the folder', async () => {
    const outside = await tempFolder();
    const dir = await tempFolder();
    await write(outside, { 'x.png': bytes, 'more/y.png': bytes });
    await write(dir, { 'roadwork/a.png': bytes, 'labels.csv': 'file,label\nlinked/y.png,1\nroadwork/in.png,1\n' });
    await symlink(join(outside, 'x.png'), join(dir, 'roadwork/out.png'));
    await symlink(join(dir, 'roadwork/a.png'), join(dir, 'roadwork/in.png'));
    await symlink(join(outside, 'more'), join(dir, 'linked'));
    await symlink(dir, `${dir}-link`);
    for (const ref of ['.', `${dir}-link`]) {
      const ctx = context(dir);
      expect((await all(await folder.open(ref, ctx))).map(({ id }) => id)).toEqual([
        'roadwork/a.png',
        'roadwork/in.png',
      ]);
      expect(ctx.problems.filter(({ where }) => where === 'roadwork/out.png')).toMatchObject([
        { code: 'SV_DATA_FORMAT' },
      ]);
    }
    const ctx = context(dir);
    expect((await all(await csv.open('labels.csv', ctx))).map(({ id }) => id)).toEqual(['roadwork/in.png']);
    expect(ctx.problems.map(({ message }) => message)).toMatchInlineSnapshot(`
      [
        "\`linked/y.png\` leads out of the folder of the dataset by a link. Copy the picture into the folder, or name the folder that the link leads to.",
      ]
    `);
  });

  it('says what is missing', async () => {
    const dir = await tempFolder();
    await expect(folder.open('.', context(dir))).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: The folder \`.\` holds no picture. Expected one folder per class with jpg, png, webp, avif, tiff or gif files in it.]`,
    );
    await expect(folder.open('nowhere', context(dir))).rejects.toThrow(/^There is no folder `nowhere`/);
  });
});
