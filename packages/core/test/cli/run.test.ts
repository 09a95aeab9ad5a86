import { appendFile, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { resultRow } from '../../src/cli/output/row.js';
import { config, grey, openShell, type Shell } from './shell.js';

let dark: Uint8Array;
let middle: Uint8Array;
let light: Uint8Array;
beforeAll(async () => {
  [dark, middle, light] = (await Promise.all([grey(10), grey(140), grey(250)])) as [Uint8Array, Uint8Array, Uint8Array];
});

async function withPictures(text?: string): Promise<Shell> {
  const shell = await openShell(text);
  await mkdir(join(shell.cwd, 'photos/deep'), { recursive: true });
  await shell.write('photos/b.png', light);
  await shell.write('photos/a.png', dark);
  await shell.write('photos/deep/c.png', middle);
  await shell.write('photos/notes.txt', 'not a picture');
  await shell.write('photos/.hidden.png', light);
  return shell;
}

const rowsOf = (text: string) =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => resultRow.parse(JSON.parse(line)));
const inputsOf = (text: string) => rowsOf(text).map(({ input }) => input);

describe('rows', () => {
  it('answers a folder in the order of its names, as rows of the published form', async () => {
    const { sv } = await withPictures();
    const { code, out, err } = await sv('run', 'photos', '--jsonl');
    expect(code).toBe(0);
    const rows = rowsOf(out);
    expect(rows.map((row) => ('error' in row ? row : [row.input, row.label, row.exit]))).toEqual([
      ['photos/a.png', 'dark', { after: 'quick', reason: 'clear enough' }],
      ['photos/b.png', 'light', { after: 'quick', reason: 'clear enough' }],
      ['photos/deep/c.png', 'light', { after: 'sure', reason: expect.any(String) }],
    ]);
    expect(err).toMatch(/3 pictures in .*\n {2}answers {3}light 2 \(67 %\) · dark 1 \(33 %\)/);
  });

  it('makes a row of every file that fails, and goes on', async () => {
    const { sv, write } = await withPictures();
    await write('photos/empty.jpg', '');
    await write('photos/page.jpg', '<html></html>');
    const { code, out } = await sv(
      'run',
      'photos/empty.jpg',
      'photos/page.jpg',
      'gone.png',
      'photos/a.png',
      '--jsonl',
      '-q',
    );
    expect(code).toBe(3);
    expect(rowsOf(out).map((row) => ('error' in row ? row.error.code : row.label))).toEqual([
      'SV_IMAGE_EMPTY',
      'SV_IMAGE_FORMAT',
      'SV_INPUT_NOT_FOUND',
      'dark',
    ]);
  });

  it('writes one JSON array, also when it is empty or cut short', async () => {
    const { sv } = await withPictures();
    expect(JSON.parse((await sv('run', 'photos', '--json')).out)).toHaveLength(3);
    expect(JSON.parse((await sv('run', 'photos', '--json', '--limit', '1')).out)).toHaveLength(1);
    expect(JSON.parse((await sv('run', 'photos', '--json', '--resume', 'none.jsonl', '-n', '2')).out)).toHaveLength(2);
  });

  it('writes CSV that a spreadsheet neither splits nor runs', async () => {
    const { sv, write } = await withPictures();
    await write('=1+1,"x".png', dark);
    const { out } = await sv('run', '=1+1,"x".png', 'gone.png', '--csv');
    const [head, first, second] = out.split('\r\n');
    expect(head).toBe('input,score,label,after,reason,ms,error_code,error_message');
    expect(first).toMatch(/^"'=1\+1,""x"".png",0\.039\d*,dark,quick,clear enough,[\d.]+,,$/);
    expect(second).toMatch(/^gone\.png,,,,,,SV_INPUT_NOT_FOUND,/);
  });

  it('writes a line for people, in which a file name cannot speak to the terminal', async () => {
    const { sv, write } = await withPictures();
    await write('a\u001b[2J.png', light);
    const { out } = await sv('run', 'a\u001b[2J.png');
    expect(out).toMatch(/^a\\x1b\[2J\.png {2}light 0\.980 {2}after quick: clear enough {2}\d+ ms\n$/);
    expect((await sv('run', 'b\u202egnp.exe')).out).toMatch(/^b\\u202egnp\.exe {2}SV_INPUT_NOT_FOUND/);
  });

  it('says how many earlier rows it replaces', async () => {
    const { sv } = await withPictures();
    expect((await sv('run', 'photos', '--out', 'r.jsonl')).err).not.toContain('replaces');
    expect((await sv('run', 'photos', '--out', 'r.jsonl')).err).toMatch(/^replaces 3 earlier rows of r\.jsonl$/m);
    expect((await sv('run', 'photos', '--out', 'r.jsonl', '--quiet')).err).toBe('');
    expect((await sv('run', 'photos', '--out', 'r.jsonl', '--resume', 'r.jsonl')).err).not.toContain('replaces');
  });

  it('refuses a report that would replace the rows, and one on standard output', async () => {
    const { sv } = await withPictures();
    const { code, err } = await sv('run', 'photos', '--out', 'r.jsonl', '--report', './r.jsonl');
    expect([code, err.split('\n')[0]]).toEqual([
      2,
      'SV_CLI_USAGE  --out and --report are both `r.jsonl`: the report would replace the rows.',
    ]);
    const dash = await sv('run', 'photos', '--report', '-');
    expect([dash.code, dash.err.split('\n')[0]]).toEqual([
      2,
      'SV_CLI_USAGE  --report received `-` and expects a file: standard output is for rows.',
    ]);
  });

  it('is silent about itself with --quiet, and writes files with --out by their extension', async () => {
    const { sv, cwd } = await withPictures();
    expect(await sv('run', 'photos', '-q', '--out', 'r.csv')).toEqual({ code: 0, out: '', err: '' });
    expect(await readFile(join(cwd, 'r.csv'), 'utf8')).toMatch(/^input,score/);
  });
});

describe('inputs', () => {
  it('takes globs, and names that look like globs where such a file exists', async () => {
    const { sv, write } = await withPictures();
    await write('photos/[x].png', dark);
    expect(inputsOf((await sv('run', 'photos/**/*.png', '--jsonl')).out)).toEqual([
      'photos/[x].png',
      'photos/a.png',
      'photos/b.png',
      'photos/deep/c.png',
    ]);
    expect(inputsOf((await sv('run', 'photos/[x].png', '--jsonl')).out)).toEqual(['photos/[x].png']);
  });

  it('takes one picture, or paths, on standard input', async () => {
    const { start } = await withPictures();
    const picture = await start(['run', '-', '--jsonl'], { stdin: Readable.from([Buffer.from(light)]) }).done;
    expect(rowsOf(picture.out)).toMatchObject([{ input: '-', label: 'light' }]);
    const paths = await start(['run', '-', '--jsonl'], { stdin: Readable.from(['photos/b', '.png\nphotos/a.png']) })
      .done;
    expect(inputsOf(paths.out)).toEqual(['photos/b.png', 'photos/a.png']);
    const nul = await start(['run', '-', '--jsonl'], { stdin: Readable.from(['photos/b.png\0photos/a.png\0']) }).done;
    expect(inputsOf(nul.out)).toEqual(['photos/b.png', 'photos/a.png']);
  });

  it('refuses a line on standard input that cannot be a path, before it fills the memory', async () => {
    const { start } = await withPictures();
    let read = 0;
    const endless = Readable.from(
      (function* () {
        for (; read < 5_000; read++) yield 'x'.repeat(16_384);
      })(),
      { objectMode: false, highWaterMark: 16_384 },
    );
    const { code, out, err } = await start(['run', '-', '--jsonl'], { stdin: endless }).done;
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/^SV_CLI_USAGE {2}Standard input has a line of more than 65,536 characters/);
    expect(read).toBeLessThan(50);
    const line = Readable.from([`photos/a.png\n${'x'.repeat(70_000)}\n`]);
    const after = await start(['run', '-', '--jsonl'], { stdin: line }).done;
    expect([after.code, inputsOf(after.out)]).toEqual([2, ['photos/a.png']]);
  });

  it('says so when nothing comes on standard input', async () => {
    const { start } = await withPictures();
    const { code, err } = await start(['run', '-']).done;
    expect([code, err.split('.')[0]]).toEqual([2, 'SV_CLI_NO_INPUT  No picture was found in `-`']);
  });

  it('follows links to files and not to folders, which may lead in circles; what it cannot read is a row', async () => {
    const { sv, cwd } = await withPictures();
    await symlink('a.png', join(cwd, 'photos/link.png'));
    await symlink('gone.png', join(cwd, 'photos/nowhere.png'));
    await symlink('..', join(cwd, 'photos/deep/circle'));
    const { code, out } = await sv('run', 'photos', '--jsonl', '-q');
    expect(code).toBe(3);
    expect(rowsOf(out).map((row) => [row.input, 'error' in row ? row.error.code : row.label])).toEqual([
      ['photos/a.png', 'dark'],
      ['photos/b.png', 'light'],
      ['photos/deep/c.png', 'light'],
      ['photos/link.png', 'dark'],
      ['photos/nowhere.png', 'SV_INPUT_NOT_FOUND'],
    ]);
  });

  it('refuses an empty input, such as a shell variable that is not set', async () => {
    const { sv } = await withPictures();
    const { code, err } = await sv('run', '');
    expect([code, err.split('\n')[0]]).toEqual([
      2,
      'SV_CLI_USAGE  An input is empty, expected a file, a folder or a glob.',
    ]);
  });

  it('makes the folder of --out', async () => {
    const { sv, cwd } = await withPictures();
    expect((await sv('run', 'photos', '--out', 'new/deep/rows.jsonl')).code).toBe(0);
    expect(rowsOf(await readFile(join(cwd, 'new/deep/rows.jsonl'), 'utf8'))).toHaveLength(3);
  });

  it('refuses a folder without pictures', async () => {
    const { sv, cwd } = await withPictures();
    await mkdir(join(cwd, 'empty'));
    const { code, err } = await sv('run', 'empty');
    expect(code).toBe(2);
    expect(err).toMatchInlineSnapshot(`
      "SV_CLI_NO_INPUT  No picture was found in \`empty\`.
        fix   Name pictures, a folder with pictures (jpg, png, webp, avif, tiff, gif), or a glob in quotes.
        docs  https://github.com/streetvision/streetvision/blob/main/docs/reference/errors.md#sv_cli_no_input
      "
    `);
  });

  it('watches folders: what appears is answered, until Ctrl-C', async () => {
    const { start, cwd, write } = await withPictures();
    const running = start(['run', './photos', '--watch', '--jsonl']);
    await running.shown('photos/deep/c.png');
    await write('new.part', dark);
    await rename(join(cwd, 'new.part'), join(cwd, 'photos/deep/new.png'));
    await running.shown('photos/deep/new.png');
    // What takes the place of a picture that was there is another picture.
    await rm(join(cwd, 'photos/a.png'));
    await sleep(500);
    await write('photos/a.png', light);
    await running.shown('"photos/a.png","score":0.98');
    running.press();
    const { code, out, err } = await running.done;
    expect(code).toBe(130);
    expect(inputsOf(out)).toHaveLength(5);
    expect(err.match(/^watching .*$/gm)).toEqual(['watching ./photos; Ctrl-C ends']);
    expect((await start(['run', 'photos/a.png', '--watch']).done).err).toContain('SV_CLI_USAGE');
  });
});

describe('watch', () => {
  it('looks again at a file that was half written, and only when it changes', async () => {
    const { start, write } = await withPictures();
    const half = light.subarray(0, light.length / 2);
    await write('photos/early.png', half);
    const running = start(['run', 'photos', '--watch', '--jsonl'], { tty: true });
    await running.shown('"photos/early.png","error"');
    await write('photos/late.png', half);
    await running.shown('"photos/late.png","error"');
    await write('photos/late.png', light);
    await running.shown('"photos/late.png","score"');
    await write('photos/early.png', light);
    await running.shown('"photos/early.png","score"');
    running.press();
    const { out, err } = await running.done;
    expect(inputsOf(out)).toHaveLength(7);
    expect(err).not.toContain('░');
  });
});

describe('resume', () => {
  it('skips what is there, goes on in the same file, and drops a torn last line', async () => {
    const { sv, cwd } = await withPictures();
    const file = join(cwd, 'r.jsonl');
    await sv('run', 'photos', '--out', 'r.jsonl', '-n', '1');
    await appendFile(file, '{"input":"photos/b.png","sco');
    const { code, err } = await sv('run', 'photos', '--out', 'r.jsonl', '--resume', 'r.jsonl');
    expect(code).toBe(0);
    expect(err).toContain('skipped   1, answered earlier');
    expect(inputsOf(await readFile(file, 'utf8'))).toEqual(['photos/a.png', 'photos/b.png', 'photos/deep/c.png']);
    expect((await sv('run', 'photos', '--jsonl', '--resume', 'r.jsonl')).out).toBe('');
  });

  it('knows a line by its line feed alone', async () => {
    const { sv, cwd, write } = await withPictures();
    const names = ['line\u2028.png', 'photos/a.png'];
    await write('line\u2028.png', dark);
    await sv('run', ...names, '--out', 'r.jsonl');
    // As an editor on another system leaves it; what is torn off at the end must not take a row along.
    await write('r.jsonl', `${(await readFile(join(cwd, 'r.jsonl'), 'utf8')).replaceAll('\n', '\r\n')}{"inp`);
    const { code, err } = await sv('run', ...names, '--out', 'r.jsonl', '--resume', 'r.jsonl');
    expect([code, err.match(/skipped.*/)?.[0]]).toEqual([0, 'skipped   2, answered earlier']);
    expect(inputsOf(await readFile(join(cwd, 'r.jsonl'), 'utf8'))).toEqual(names);
  });

  it('runs failed inputs again only when told to', async () => {
    const { sv, write, cwd } = await withPictures();
    await sv('run', 'late.png', 'photos/a.png', '--out', 'r.jsonl');
    await write('late.png', light);
    const again = ['run', 'late.png', 'photos/a.png', '--jsonl', '--resume', 'r.jsonl'];
    expect((await sv(...again)).out).toBe('');
    expect(inputsOf((await sv(...again, '--retry-errors')).out)).toEqual(['late.png']);
    expect(await readFile(join(cwd, 'r.jsonl'), 'utf8')).toContain('SV_INPUT_NOT_FOUND');
  });

  it('reports the earlier rows too, each input once', async () => {
    const { sv, write, cwd } = await withPictures();
    await sv('run', 'late.png', 'photos/a.png', '--out', 'r.jsonl');
    await write('late.png', light);
    const again = ['--out', 'r.jsonl', '--resume', 'r.jsonl', '--retry-errors', '--report', 'r.html'];
    expect((await sv('run', 'late.png', 'photos/a.png', ...again)).code).toBe(0);
    const html = await readFile(join(cwd, 'r.html'), 'utf8');
    expect(html.match(/"input":"[^"]*"/g)).toEqual(['"input":"photos/a.png"', '"input":"late.png"']);
  });

  it('refuses a file that holds no results', async () => {
    const { sv, write } = await withPictures();
    await write('r.jsonl', '{"input":1}\n');
    const { code, err } = await sv('run', 'photos', '--resume', 'r.jsonl');
    expect([code, err.split('\n')[0]]).toEqual([
      1,
      'SV_OUTPUT_DAMAGED  --resume received `r.jsonl`, but line 1 is not a row of results.',
    ]);
  });
});

describe('stopping', () => {
  it('ends cleanly at the first Ctrl-C: whole rows, a whole array, a report', async () => {
    const shell = await withPictures(config('{ delayMs: 30 }', 'budget: { concurrency: 1 }'));
    await Promise.all(
      Array.from({ length: 60 }, (_, i) => shell.write(`photos/x${String(i).padStart(2, '0')}.png`, light)),
    );
    const running = shell.start(['run', 'photos', '--json', '--report', 'r.html']);
    await running.shown('photos/b.png');
    running.press();
    const { code, out, err } = await running.done;
    expect(code).toBe(130);
    const rows = JSON.parse(out) as unknown[];
    expect(rows.length).toBeGreaterThan(1);
    expect(rows.length).toBeLessThan(60);
    for (const row of rows) expect(resultRow.parse(row)).not.toHaveProperty('error');
    expect(err).toContain('Stopping.');
    expect(await readFile(join(shell.cwd, 'r.html'), 'utf8')).toContain('photos/b.png');
    expect(running.killed).toEqual([]);
  });

  it('gives up a stage that hangs, and leaves its input to a later --resume', async () => {
    const { start } = await withPictures(config('{ delayMs: 20_000 }'));
    const running = start(['run', 'photos', '--jsonl', '-q']);
    setTimeout(() => running.press(), 100);
    expect(await running.done).toEqual({ code: 130, out: '', err: '' });
  });

  it('ends at once at the second', async () => {
    const { start } = await withPictures(config('{ delayMs: 200 }'));
    const running = start(['run', 'photos', '--jsonl']);
    await new Promise((resolve) => setTimeout(resolve, 100));
    running.press('SIGTERM');
    running.press('SIGTERM');
    expect(running.killed).toEqual([143]);
    expect((await running.done).code).toBe(143);
  });
});

it.each(['json', 'jsonl', 'csv'])('keeps the earlier results until the first row comes: %s', async (form) => {
  const { sv, start, cwd, write } = await withPictures();
  const file = join(cwd, `r.${form}`);
  await sv('run', 'photos', '--out', file);
  const before = await readFile(file, 'utf8');
  const stages = "[{ name: 'quick', load() { throw new Error('no weights'); }, run: () => [] }]";
  await write(
    'failing.mjs',
    `export default { plugins: [{ name: 'p', api: '^1', stages: ${stages} }], cascade: [{ run: 'quick' }] };`,
  );
  expect((await sv('run', 'photos', '--out', file, '-c', 'failing.mjs')).err).toContain('SV_STAGE_LOAD');
  expect(await readFile(file, 'utf8')).toBe(before);
  await write('slow.mjs', config('{ delayMs: 20_000 }'));
  const stopped = start(['run', 'photos', '--out', file, '-c', 'slow.mjs']);
  setTimeout(() => stopped.press(), 300);
  expect((await stopped.done).code).toBe(130);
  expect(await readFile(file, 'utf8')).toBe(before);
  await sv('run', 'photos/a.png', '--out', file);
  expect(await readFile(file, 'utf8')).not.toContain('photos/b.png');
});

it('takes the limits of pictures from the config for the report too', async () => {
  const { sv, cwd } = await withPictures(config('{}', 'images: { maxPixels: 100 }'));
  expect((await sv('run', 'photos/a.png', '--report', 'r.html')).code).toBe(3);
  expect(await readFile(join(cwd, 'r.html'), 'utf8')).not.toContain('data:image/webp');
});

it('says what keeps the output from being written', async () => {
  const { sv } = await withPictures();
  const { code, err } = await sv('run', 'photos', '--out', 'photos/a.png/r.jsonl');
  expect(code).toBe(1);
  expect(err).toMatch(/^SV_OUTPUT_WRITE {2}photos\/a\.png\/r\.jsonl could not be written: E(NOTDIR|EXIST)/);
});

it.skipIf(process.platform !== 'linux')('says that the disk is full', async () => {
  const { sv } = await withPictures();
  const { code, err } = await sv('run', 'photos', '--out', '/dev/full', '--jsonl');
  expect(code).toBe(1);
  expect(err).toMatch(/SV_OUTPUT_WRITE {2}\/dev\/full could not be written: ENOSPC/);
});
