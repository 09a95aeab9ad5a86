import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { testPicture } from '@streetvision/core/testing';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { packed } from '../packed/packed.js';
import { ran } from '../packed/process.js';
import { type Project, project, rowsOf, starterConfig } from '../packed/project.js';

vi.setConfig({ testTimeout: 120_000 });
beforeAll(() => packed().then(() => undefined), 300_000);

async function withPictures(count: number, config = starterConfig()): Promise<Project> {
  const one = await project({ 'sv.config.mjs': config });
  await mkdir(one.path('photos'));
  for (let i = 0; i < count; i++) {
    await one.write(`photos/${String(i).padStart(3, '0')}.jpg`, await testPicture({ seed: i }));
  }
  return one;
}

const mount = (...args: string[]) => execFileSync('mount', args, { stdio: 'pipe' });

/** A file system of so many bytes; `grow` makes room. */
function smallDisk(path: string, size: string): { grow(size: string): void } {
  mount('-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', path);
  onTestFinished(() => void execFileSync('umount', [path]));
  return { grow: (more) => void mount('-o', `remount,size=${more}`, path) };
}

function canMount(): boolean {
  try {
    execFileSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'pipe' });
    return process.getuid?.() === 0;
  } catch {
    return false;
  }
}

const filesOf = (folder: string) => readdirSync(folder).sort();

describe.skipIf(!existsSync('/dev/full'))('a device that is always full', () => {
  it('ends a run with the code and the exit code of a failure, wherever rows and report go', async () => {
    const { sv, folder } = await withPictures(3);
    const out = await sv('run', 'photos', '--out', '/dev/full');
    expect([out.code, out.err.match(/^SV_\w+.*/m)?.[0]]).toEqual([
      1,
      'SV_OUTPUT_WRITE  /dev/full could not be written: ENOSPC: no space left on device, write.',
    ]);
    expect(out.err).toContain('--resume');
    const { sv: bin } = await packed();
    const shell = await ran('sh', ['-c', `'${bin}' run photos --jsonl > /dev/full`], { cwd: folder });
    expect([shell.code, shell.err.match(/^SV_\w+.*/m)?.[0]]).toEqual([
      1,
      'SV_OUTPUT_WRITE  standard output could not be written: ENOSPC: no space left on device, write.',
    ]);
    expect((await sv('run', 'photos', '-q')).code).toBe(0);
  });
});

describe.skipIf(!canMount())('a disk that runs full (needs root, to mount a small one)', () => {
  it('keeps the rows written so far, and --resume goes on when there is room', async () => {
    const { sv, path } = await withPictures(60);
    await mkdir(path('out'));
    // Rows are about 350 bytes.
    const disk = smallDisk(path('out'), '12k');
    const args = ['run', 'photos', '--out', 'out/rows.jsonl', '--resume', 'out/rows.jsonl'];
    const full = await sv(...args);
    expect([full.code, full.err.match(/SV_\w+ {2}.*/)?.[0]]).toEqual([
      1,
      'SV_OUTPUT_WRITE  out/rows.jsonl could not be written: ENOSPC: no space left on device, write.',
    ]);
    const whole = (await readFile(path('out/rows.jsonl'), 'utf8')).split('\n').length - 1;
    expect(whole).toBeGreaterThan(10);
    expect(whole).toBeLessThan(60);
    disk.grow('1m');
    const resumed = await sv(...args);
    expect([resumed.code, resumed.err.match(/skipped.*/)?.[0]]).toEqual([0, `skipped   ${whole}, answered earlier`]);
    const inputs = rowsOf(await readFile(path('out/rows.jsonl'), 'utf8')).map(({ input }) => input);
    expect(inputs).toEqual(filesOf(path('photos')).map((name) => `photos/${name}`));
  });

  it('of the report leaves no half report behind, and the rows are whole', async () => {
    const { sv, path, read } = await withPictures(20);
    await mkdir(path('out'));
    smallDisk(path('out'), '64k');
    const run = await sv('run', 'photos', '--out', 'rows.jsonl', '--report', 'out/report.html');
    expect([run.code, run.err.match(/SV_\w+ {2}The report/)?.[0]]).toEqual([1, 'SV_OUTPUT_WRITE  The report']);
    expect(filesOf(path('out'))).toEqual([]);
    const rows = rowsOf(await read('rows.jsonl'));
    expect(rows.every((row) => 'score' in row)).toBe(true);
    const again = await sv('run', 'photos', '--out', 'rows.jsonl', '--resume', 'rows.jsonl', '--report', 'report.html');
    expect(again.code).toBe(0);
    expect(rowsOf(await read('rows.jsonl'))).toHaveLength(20);
    expect((await stat(path('report.html'))).size).toBeGreaterThan(50_000);
  });

  it('of the embeddings cache costs time and no answer, and is told once', async () => {
    const { sv, path } = await withPictures(
      20,
      starterConfig().replace('dinov3(starter)', "dinov3({ ...starter, cache: { dir: './embeddings' } })"),
    );
    await mkdir(path('embeddings'));
    smallDisk(path('embeddings'), '16k');
    const run = await sv('run', 'photos', '--jsonl');
    expect([run.code, rowsOf(run.out).length]).toEqual([0, 20]);
    expect(run.err.match(/could not be cached/g)).toHaveLength(1);
    // What was cached is whole: the same scores, from disk or computed.
    const scores = (text: string) => rowsOf(text).map(({ score }) => score);
    expect(scores((await sv('run', 'photos', '--jsonl')).out)).toEqual(scores(run.out));
    expect(
      readdirSync(path('embeddings'), { recursive: true }).filter((name) => String(name).endsWith('.tmp')),
    ).toEqual([]);
  });
});
