import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { csv } from '../../src/formats/csv.js';
import { all, context, picture, said, tempFolder, write } from '../pictures.js';

let dir: string;
beforeAll(async () => {
  dir = await tempFolder();
  await write(dir, { 'a.png': await picture(1), 'sub/b.png': await picture(2), 'ü "c".png': await picture(3) });
});

async function read(text: string | Uint8Array, changes: Parameters<typeof context>[1] = {}) {
  await write(dir, { 'labels.csv': text });
  const ctx = context(dir, changes);
  const samples = await all(await csv.open('labels.csv', ctx));
  return { samples, problems: ctx.problems };
}

describe('csv', () => {
  it('reads label, group and source, and keeps other columns typed', async () => {
    const { samples, problems } = await read(
      'file,label,group,source,dense,km,code,note\na.png,1,boston,clips,0,1.50,007,\nsub/b.png,none,,,true,2,x,"a, ""b"""\n',
    );
    expect(problems).toEqual([]);
    expect(samples.map(said)).toEqual([
      {
        id: 'a.png',
        label: 'roadwork',
        group: 'boston',
        source: 'clips',
        meta: { dense: 0, km: 1.5, code: '007', note: null },
      },
      expect.objectContaining({
        id: 'sub/b.png',
        label: 'none',
        group: 'sub/b.png',
        meta: { dense: true, km: 2, code: 'x', note: 'a, "b"' },
      }),
    ]);
    expect(Buffer.from((await samples[0]?.read()) as Uint8Array).equals(await picture(1))).toBe(true);
    expect(samples[1]?.file).toBe(join(dir, 'sub/b.png'));
  });

  it.each([
    ['BOM and CRLF', '\uFEFFfile,label\r\na.png,1\r\nsub/b.png,0\r\n'],
    ['semicolons', 'file;label\na.png;1\nsub/b.png;0'],
    ['tabs', 'file\tlabel\na.png\t1\nsub/b.png\t0\n'],
    ['a header of other names in other case, back slashes', 'Image_Path,Class\na.png,1\nsub\\b.png,0\n'],
    [
      'UTF-16',
      Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('file;label\na.png;1\nsub/b.png;0\n', 'utf16le')]),
    ],
  ])('reads %s', async (_, text) => {
    const { samples, problems } = await read(text);
    expect(problems).toEqual([]);
    expect(samples.map(({ id, label }) => [id, label])).toEqual([
      ['a.png', 'roadwork'],
      ['sub/b.png', 'none'],
    ]);
  });

  it('names every bad row and leaves it out', async () => {
    const { samples, problems } = await read(
      'file,label,sha256\na.png,1,\nsub/b.png,rodwork,\na.png,0,\nmissing.png,1,\n../x.png,1,\n/etc/passwd,1,\nc.png,1\n,1,\nsub/b.png,,abc\n"ü ""c"".png",,\n',
    );
    expect(samples.map(({ id, label }) => [id, label])).toEqual([
      ['a.png', 'roadwork'],
      ['ü "c".png', null],
    ]);
    expect(problems.map(({ where, code, message }) => `${where} ${code} ${message}`)).toMatchInlineSnapshot(`
      [
        "labels.csv line 3 SV_DATA_LABEL The label "rodwork" is no class of the task. Did you mean \`roadwork\`? Classes are none, roadwork.",
        "labels.csv line 4 SV_DATA_DUPLICATE The sample \`a.png\` was there before: labels.csv line 2.",
        "labels.csv line 5 SV_INPUT_NOT_FOUND There is no file \`missing.png\`.",
        "labels.csv line 6 SV_DATA_FORMAT The path \`../x.png\` leads out of the folder of the dataset. Paths are relative to that folder and stay in it.",
        "labels.csv line 7 SV_DATA_FORMAT The path \`/etc/passwd\` leads out of the folder of the dataset. Paths are relative to that folder and stay in it.",
        "labels.csv line 8 SV_DATA_FORMAT The line has 2 fields, expected 3: file, label, sha256.",
        "labels.csv line 9 SV_DATA_FORMAT The path "" names no file.",
        "labels.csv line 10 SV_DATA_FORMAT The sha256 of \`sub/b.png\` is "abc", expected 64 hex digits.",
      ]
    `);
  });

  it('refuses a file of the wrong form by name', async () => {
    await expect(read('name,label\nx,1\n')).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: labels.csv has the columns name, label, expected one that names the picture: file, file_name, filename, path, filepath, image, image_path, file_path. The first line of the file names its columns, for instance \`file,label,group\`.]`,
    );
    await expect(read('file,label,label\nx,1,1\n')).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: labels.csv has the column \`label\` twice, expected each once.]`,
    );
    await expect(read('')).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: labels.csv is empty, expected a first line such as \`file,label,group\`.]`,
    );
    await expect(read('file,label\n"a.png,1\n')).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: labels.csv is not well-formed CSV: Quote Not Closed: the parsing is finished with an opening quote at line 2.]`,
    );
    await expect(read('file,label\na.png,1\n', { group: 'clip' })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: There is no column \`clip\` to group by. Columns are file, label. Name one of them with --group, or leave --group out.]`,
    );
  });

  it('groups by the column that is named', async () => {
    const { samples } = await read('file,label,clip\na.png,1,7\nsub/b.png,0,\n', { group: 'clip' });
    expect(samples.map(({ group, meta }) => [group, meta])).toEqual([
      ['7', { clip: 7 }],
      ['sub/b.png', { clip: null }],
    ]);
  });

  it('detects csv files and folders that hold a labels.csv', async () => {
    const ctx = context(dir);
    expect(
      await Promise.all(['labels.csv', '.', 'sub', 'a.png', 'none.csv'].map((ref) => csv.detect?.(ref, ctx))),
    ).toEqual([true, true, false, false, false]);
  });

  it('takes no row whose label columns contradict each other', async () => {
    const rows = ['a.png,0,1,x', 'b.png,1,1,cone', 'c.png,1,,roadwork', 'd.png,1,True,none'];
    await write(dir, { 'b.png': await picture(2), 'c.png': await picture(3), 'd.png': await picture(4) });
    const { samples, problems } = await read(['file,label,has_roadwork,category', ...rows].join('\n'));
    expect(samples.map(({ id }) => id)).toEqual(['b.png', 'c.png']);
    expect(problems.map(({ where, code, message }) => `${where} ${code} ${message}`)).toMatchInlineSnapshot(`
      [
        "labels.csv line 2 SV_DATA_LABEL The label is "0", and \`has_roadwork\` is 1: they contradict each other. Correct one of them, or rename the column that is no label.",
        "labels.csv line 5 SV_DATA_LABEL The label is "1", and \`category\` is "none": they contradict each other. Correct one of them, or rename the column that is no label.",
      ]
    `);
  });
});
