import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { testPicture } from '@streetvision/core/testing';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { packed } from '../packed/packed.js';
import { project, rowsOf, starterConfig } from '../packed/project.js';
import { jpegOfSize, pngOfSize } from './bytes.js';

vi.setConfig({ testTimeout: 120_000 });

let good: Buffer;
beforeAll(async () => {
  [good] = await Promise.all([testPicture({ width: 320, height: 240 }), packed()]);
}, 300_000);

interface Row {
  readonly input: string;
  readonly score?: number;
  readonly error?: { readonly code: string; readonly message: string };
}

const codeOf = ({ error, score }: Row) =>
  error?.code ?? (score !== undefined && score >= 0 && score <= 1 ? 'answered' : 'bad score');
const codesOf = (rows: readonly Row[]) => Object.fromEntries(rows.map((row) => [row.input, codeOf(row)]));
const inPhotos = (codes: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(codes).map(([name, code]) => [`photos/${name}`, code]));

/** The cascade of the quick start, and a folder `photos` with one good picture. */
async function quickstart() {
  const one = await project({ 'sv.config.mjs': starterConfig() });
  await mkdir(one.path('photos'));
  await one.write('photos/good.jpg', good);
  return one;
}

/** Rows that the report holds, read as its page reads them. */
function rowsInReport(html: string): Row[] {
  const blocks = html.matchAll(/<script type="application\/json" data-rows>(.*?)<\/script>/gs);
  return [...blocks].flatMap(([, json]) => JSON.parse(json as string).map(({ row }: { row: Row }) => row));
}

/** RFC 4180. */
function parseCsv(text: string): string[][] {
  const records: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    records.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end === '\r\n') records.push([]);
    else if (end === '') break;
  }
  return records.filter(({ length }) => length > 1);
}

describe('files that are no pictures, beside one that is', () => {
  it('are rows with a code each; the good one is answered', async () => {
    const { sv, path, write } = await quickstart();
    await write('photos/empty.jpg', '');
    await write('photos/page.jpg', '<!DOCTYPE html><html><body>404 Not Found</body></html>');
    await write('photos/vector.png', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
    await write('photos/truncated.jpg', good.subarray(0, good.length / 2));
    await write('photos/header-only.jpg', good.subarray(0, 40));
    await write('photos/bomb.jpg', await jpegOfSize(60_000, 60_000));
    await write('photos/bomb.png', await pngOfSize(60_000, 60_000));
    await write('photos/nothing.png', await pngOfSize(0, 7));
    await write('photos/short.png', await pngOfSize(4_000, 4_000));
    await write('photos/huge.jpg', good);
    await truncate(path('photos/huge.jpg'), 40 * 2 ** 20);
    await write('photos/notes.txt', 'not looked at');
    // A folder is not a picture, whatever its name; what is in it is.
    await mkdir(path('photos/folder.jpg'));
    await write('photos/folder.jpg/inside.jpg', good);
    await symlink('loop.jpg', path('photos/loop.jpg'));
    await symlink('..', path('photos/circle'));
    await symlink('/dev/zero', path('photos/zeros.jpg'));
    execFileSync('mkfifo', [path('photos/pipe.jpg')]);

    const run = await sv('run', 'photos', '--jsonl', '--report', 'report.html');
    expect(codesOf(rowsOf(run.out))).toEqual(
      inPhotos({
        'bomb.jpg': 'SV_IMAGE_TOO_MANY_PIXELS',
        'bomb.png': 'SV_IMAGE_TOO_MANY_PIXELS',
        'empty.jpg': 'SV_IMAGE_EMPTY',
        'folder.jpg/inside.jpg': 'answered',
        'good.jpg': 'answered',
        'header-only.jpg': 'SV_IMAGE_CORRUPT',
        'huge.jpg': 'SV_IMAGE_TOO_LARGE',
        'loop.jpg': 'SV_INPUT_UNREADABLE',
        'nothing.png': 'SV_IMAGE_CORRUPT',
        'page.jpg': 'SV_IMAGE_FORMAT',
        'short.png': 'SV_IMAGE_CORRUPT',
        'truncated.jpg': 'SV_IMAGE_CORRUPT',
        'vector.png': 'SV_IMAGE_FORMAT',
      }),
    );
    expect([run.code, run.err.includes('unexpected error')]).toEqual([3, false]);

    // By name they are asked for, so each is a row; a pipe that nobody writes to is not waited for.
    const named = await sv(
      'run',
      'photos/pipe.jpg',
      'photos/zeros.jpg',
      '/dev/zero',
      'photos/good.jpg',
      '--jsonl',
      '-q',
    );
    expect([named.code, rowsOf(named.out).map(codeOf)]).toEqual([
      3,
      ['SV_INPUT_UNREADABLE', 'SV_INPUT_UNREADABLE', 'SV_INPUT_UNREADABLE', 'answered'],
    ]);
  });

  it.skipIf(!process.env.SV_SHARED)('as the goldens have them', async () => {
    const bad = join(process.env.SV_SHARED as string, 'goldens/images/bad');
    const { sv, write } = await quickstart();
    for (const name of readdirSync(bad)) await write(`photos/${name}`, readFileSync(join(bad, name)));
    const run = await sv('run', 'photos', '--jsonl', '-q');
    expect([run.code, run.err]).toEqual([3, '']);
    expect(codesOf(rowsOf(run.out))).toEqual(
      inPhotos({
        'bad_crc_idat.png': 'SV_IMAGE_CORRUPT',
        'bad_crc_ihdr.png': 'SV_IMAGE_CORRUPT',
        'declares_60000x60000.jpg': 'SV_IMAGE_TOO_MANY_PIXELS',
        'declares_60000x60000.png': 'SV_IMAGE_TOO_MANY_PIXELS',
        'empty.jpg': 'SV_IMAGE_EMPTY',
        // A whole GIF of one pixel.
        'gif_renamed.jpg': 'answered',
        'good.jpg': 'answered',
        'not_an_image.jpg': 'SV_IMAGE_FORMAT',
        'truncated.jpg': 'SV_IMAGE_CORRUPT',
        'truncated_header.jpg': 'SV_IMAGE_CORRUPT',
      }),
    );
  });
});

const NAMES = [
  '<script>alert(1)<script>.jpg',
  '<!--<script>.jpg',
  '"><img src=x onerror=alert(1)>.jpg',
  "';alert(1);'.jpg",
  '-n.jpg',
  '--help.jpg',
  '=1+1,"x".jpg',
  '@SUM(A1).jpg',
  'two\nlines.jpg',
  'tab\tand\rreturn.jpg',
  'line\u2028separator\u2029.jpg',
  'gpj.\u202eexe.jpg',
  '\u001b[2Jclear.jpg',
  '[glob]*?{a,b}.jpg',
  '%2e%2e#?query.jpg',
  'C:\\windows\\.jpg',
  ' space .jpg',
  'ünïcödé 道路 🚧.jpg',
  `${'x'.repeat(250)}.jpg`,
];

describe.skipIf(process.platform === 'win32')('names that mean something else elsewhere', () => {
  it('come through every format unchanged, and --resume knows them again', async () => {
    const { sv, write, read, path } = await quickstart();
    for (const name of NAMES) await write(`photos/${name}`, good);
    // No text: the name as it can be shown leads nowhere, and the row says so.
    await writeFile(Buffer.concat([Buffer.from(path('photos/latin')), Buffer.from([0xe9]), Buffer.from('.jpg')]), good);
    const expected = { ...inPhotos(Object.fromEntries([...NAMES, 'good.jpg'].map((name) => [name, 'answered']))) };
    expected['photos/latin\ufffd.jpg'] = 'SV_INPUT_NOT_FOUND';

    const run = await sv('run', 'photos', '--out', 'rows.jsonl', '--report', 'report.html');
    const rows: Row[] = rowsOf(await read('rows.jsonl'));
    expect([run.code, codesOf(rows)]).toEqual([3, expected]);

    const html = await read('report.html');
    expect(rowsInReport(html).map(({ input }) => input)).toEqual(rows.map(({ input }) => input));
    for (const danger of ['<script>alert', '<!--<script', '<img src=x']) expect(html).not.toContain(danger);

    const resumed = await sv('run', 'photos', '--jsonl', '--resume', 'rows.jsonl');
    expect([resumed.code, resumed.out, resumed.err.match(/skipped.*/)?.[0]]).toEqual([
      0,
      '',
      `skipped   ${rows.length}, answered earlier`,
    ]);

    const records = parseCsv((await sv('run', 'photos', '--csv')).out);
    expect(records.slice(1).map(([input]) => input)).toEqual(rows.map(({ input }) => input));
    expect(new Set(records.map(({ length }) => length))).toEqual(new Set([8]));

    const lines = (await sv('run', 'photos')).out.trimEnd().split('\n');
    expect(lines).toHaveLength(rows.length);
    // Nothing that moves the cursor, ends a line or turns the direction of the text.
    for (const line of lines) expect(line).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
  });

  it('are taken by name: as they are in the folder, after -- and on standard input', async () => {
    const { sv, start, write } = await quickstart();
    for (const name of ['-n.jpg', '[glob]*?{a,b}.jpg', 'line\u2028.jpg']) await write(name, good);
    const named = await sv('run', '--jsonl', '--', '-n.jpg', '[glob]*?{a,b}.jpg');
    expect(codesOf(rowsOf(named.out))).toEqual({ '-n.jpg': 'answered', '[glob]*?{a,b}.jpg': 'answered' });
    const listed = start('run', '-', '--jsonl');
    listed.child.stdin.end('line\u2028.jpg\0-n.jpg\0');
    expect(codesOf(rowsOf((await listed.ended).out))).toEqual({ 'line\u2028.jpg': 'answered', '-n.jpg': 'answered' });
  });
});
