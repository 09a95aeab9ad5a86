import { execFileSync } from 'node:child_process';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ModelRef } from '../../src/types/index.js';
import { getInChild } from './child.js';
import { content, sha256, startHub } from './local-hub.js';
import { failure, openStore, temporaryFolder } from './open-store.js';

const WEIGHTS = content(2_000_000);
const refOf = (origin: string) => `${origin}/plain/model.bin#sha256-${sha256(WEIGHTS)}` as ModelRef;

describe('a disk that takes no more', () => {
  it('ends a download with a code; what arrived stays and the next process goes on', async () => {
    await using hub = await startHub({ 'model.bin': WEIGHTS });
    const dir = await temporaryFolder();
    const ref = refOf(hub.origin);
    const end = await getInChild(ref, { dir, cache: 'cache' }, { maxFileBlocks: 1000 });
    expect(end?.error?.code).toBe('SV_MODEL_DISK');
    expect(
      end?.error?.message
        .replaceAll(dir, '<dir>')
        .replace(/\/[0-9a-f]{16}\//, '/<hash>/')
        .replace(/_\d+\//, '_<port>/'),
    ).toMatchInlineSnapshot(
      `"<dir>/cache/models/https/127.0.0.1_<port>/<hash>/model.bin.part could not be written: the file is larger than the file system or the limits of this process allow. Free some space, or set SV_CACHE (or \`models.cache\` in the config) to a folder on another disk."`,
    );
    const { store } = await openStore({ dir });
    expect((await readFile((await store.get(ref)).path)).equals(WEIGHTS)).toBe(true);
    expect(hub.seen.at(-1)?.headers.range).toMatch(/^bytes=\d{6}-$/);
  });

  it.skipIf(!canMount())('means the same on a file system that is really full', async () => {
    await using hub = await startHub({ 'model.bin': WEIGHTS });
    const cache = await temporaryFolder();
    mount('-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', cache);
    onTestFinished(() => void execFileSync('umount', [cache]));
    const { store } = await openStore({ cache });
    const ref = refOf(hub.origin);
    const early = await failure(store.get(ref));
    expect(early.code).toBe('SV_MODEL_DISK');
    expect(early.message.replaceAll(cache, '<cache>').replace(/https\/.*? has/, '<folder> has')).toMatch(
      /^<cache>\/models\/<folder> has 1\.0 MB free, the download needs 2\.0 MB\. Free some space, or set SV_CACHE/,
    );
    hub.behaviour.chunked = true;
    const late = await failure(store.get(ref));
    expect(late.code).toBe('SV_MODEL_DISK');
    expect(late.message).toContain('the disk is full');
    mount('-o', 'remount,size=8m', cache);
    expect((await store.get(ref)).bytes).toBe(WEIGHTS.length);
    expect(hub.seen.at(-1)?.headers.range).toMatch(/^bytes=\d+-$/);
  });

  it.skipIf(!canMount())('is asked now and then by a download of unknown length', async () => {
    await using hub = await startHub({ 'model.bin': WEIGHTS });
    const cache = await temporaryFolder();
    mount('-t', 'tmpfs', '-o', 'size=100m', 'tmpfs', cache);
    onTestFinished(() => void execFileSync('umount', [cache]));
    const { store } = await openStore({ cache });
    Object.assign(hub.behaviour, { chunked: true, surplus: 2e9 });
    const error = await failure(store.get(refOf(hub.origin)));
    expect(error.code).toBe('SV_MODEL_DISK');
    expect(error.message).toMatch(/ has 3\d\.\d MB free, the download needs 67\.1 MB\./);
  });

  it('is named where the cache folder cannot be made', async () => {
    await using hub = await startHub({ 'model.bin': WEIGHTS });
    const dir = await temporaryFolder();
    await writeFile(join(dir, 'cache'), 'a file in the way');
    const { store } = await openStore({ dir });
    const error = await failure(store.get(refOf(hub.origin)));
    expect(error.code).toBe('SV_MODEL_DISK');
    expect(error.message).toContain(join(dir, 'cache'));
  });

  it('does not stand in the way of a local file', async () => {
    const dir = await temporaryFolder();
    await writeFile(join(dir, 'cache'), 'a file in the way');
    await mkdir(join(dir, 'models'));
    await writeFile(join(dir, 'models/head.bin'), 'head');
    const { store, log } = await openStore({ dir });
    expect(await store.get('file:models/head.bin')).toMatchObject({ sha256: sha256('head') });
    expect(log.lines).toEqual([expect.stringContaining('warn the hash of a model file cannot be remembered')]);
    expect((await stat(join(dir, 'models/head.bin'))).size).toBe(4);
  });
});

function mount(...args: string[]): void {
  execFileSync('mount', args, { stdio: 'pipe' });
}

function canMount(): boolean {
  try {
    mount('-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', '/mnt');
    execFileSync('umount', ['/mnt']);
    return true;
  } catch {
    return false; // not root, or a container without the right
  }
}
