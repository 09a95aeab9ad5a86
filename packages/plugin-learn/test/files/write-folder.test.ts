import type * as fs from 'node:fs/promises';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { checkOutput } from '../../src/files/check-output.js';
import { writeFileWhole } from '../../src/files/write-file.js';
import { openFolder, writeFolder } from '../../src/files/write-folder.js';

// The real file system, but for the renaming that a test lets fail or never return, as for a process that is killed.
const at = vi.hoisted(() => ({ left: Number.POSITIVE_INFINITY, how: 'fail' as 'fail' | 'kill' }));
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof fs>();
  return {
    ...real,
    rename: (from: string, to: string) => {
      if (at.left-- !== 0) return real.rename(from, to);
      return at.how === 'fail' ? Promise.reject(new Error('no space')) : new Promise(() => {});
    },
  };
});

let dir: string;
let run: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sv-files-'));
  run = join(dir, 'run');
  await writeFolder(run, { 'head.onnx': 'old', 'run.json': 'old' });
  await mkdir(join(run, 'mine'));
  await writeFile(join(run, 'mine/notes.txt'), 'notes');
});
afterEach(async () => {
  at.left = Number.POSITIVE_INFINITY;
  await rm(dir, { recursive: true });
});

const NEW = { 'head.onnx': 'new', 'run.json': 'new' };
const inRun = (name: string) => readFile(join(run, name), 'utf8');

/** Stops at the renaming of that number, and gives what was under way a moment to get there. */
async function killedAt(left: number): Promise<void> {
  Object.assign(at, { left, how: 'kill' });
  void writeFolder(run, NEW);
  await vi.waitFor(() => expect(at.left).toBeLessThan(0));
  at.left = Number.POSITIVE_INFINITY;
}

describe('a folder', () => {
  it('is replaced with what is not ours kept', async () => {
    await writeFolder(run, NEW);
    expect([await inRun('head.onnx'), await inRun('mine/notes.txt')]).toEqual(['new', 'notes']);
    expect(await readdir(dir)).toEqual(['run']);
  });

  it.each([0, 1])('is as it was where renaming fails (%i)', async (left) => {
    Object.assign(at, { left, how: 'fail' });
    await expect(writeFolder(run, NEW)).rejects.toMatchObject({ code: 'SV_OUTPUT_WRITE' });
    expect([await inRun('head.onnx'), await inRun('run.json'), await inRun('mine/notes.txt')]).toEqual([
      'old',
      'old',
      'notes',
    ]);
    expect(await readdir(dir)).toEqual(['run']);
  });

  it.each([
    [0, 'old'],
    [1, 'old'],
    [2, 'new'],
  ])('is whole at the next start, killed at renaming %i', async (left, content) => {
    await killedAt(left);
    await openFolder(run);
    expect([await inRun('head.onnx'), await inRun('run.json'), await inRun('mine/notes.txt')]).toEqual([
      content,
      content,
      'notes',
    ]);
    expect((await readdir(dir)).filter((name) => name.endsWith('.old'))).toEqual([]);
  });
});

describe('a file', () => {
  it('says before the work that its folder is none', async () => {
    await writeFile(join(dir, 'file'), '');
    await expect(checkOutput(join(dir, 'file/x.json'))).rejects.toMatchObject({ code: 'SV_OUTPUT_WRITE' });
    await expect(checkOutput(run)).rejects.toMatchObject({ code: 'SV_OUTPUT_WRITE' });
    await expect(checkOutput(join(dir, 'none/x.json'))).resolves.toBeUndefined();
    expect(await readdir(dir)).not.toContain('none');
  });

  it('gets its folder, and clears away what a killed process left an hour ago', async () => {
    const file = join(dir, 'new/x.json');
    await mkdir(join(dir, 'new'));
    for (const name of ['x.json.12.part', 'x.json.13.part', 'y.json.12.part'])
      await writeFile(join(dir, 'new', name), '');
    for (const name of ['x.json.12.part', 'y.json.12.part']) await utimes(join(dir, 'new', name), 0, 0);
    await writeFileWhole(file, '1');
    expect((await readdir(join(dir, 'new'))).sort()).toEqual(['x.json', 'x.json.13.part', 'y.json.12.part']);
  });
});
