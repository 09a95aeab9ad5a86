import { appendFile, mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ModelRef } from '../../src/types/index.js';
import { COMMIT_A, COMMIT_B, content, REPO, sha256, startHub } from './local-hub.js';
import { onnxBytes } from './onnx-bytes.js';
import { failure, openStore } from './open-store.js';

const FILES = {
  'a.bin': content(1000, 1),
  'b.bin': content(2000, 2),
  'm.onnx': onnxBytes(['m.onnx_data']),
  'm.onnx_data': content(500, 3),
};
const A = `hf:${REPO}@main/a.bin` as const;
const B = `hf:${REPO}@main/b.bin` as const;

describe('the cache', () => {
  it('lists what is there and whether this project uses it', async () => {
    await using hub = await startHub(FILES);
    const first = await openStore({ endpoint: hub.origin });
    await first.store.get(A);
    const { store } = await openStore({ dir: first.dir, endpoint: hub.origin, lock: 'other/sv.lock' });
    await store.get(B);
    expect((await store.list()).map(({ ref, bytes, used }) => ({ ref, bytes, used }))).toEqual([
      { ref: `hf:${REPO}@${COMMIT_A}/a.bin`, bytes: 1000, used: false },
      { ref: `hf:${REPO}@${COMMIT_A}/b.bin`, bytes: 2000, used: true },
    ]);
  });

  it('may be moved', async () => {
    await using hub = await startHub(FILES);
    const { store, dir } = await openStore({ endpoint: hub.origin });
    await store.get(A);
    await rename(join(dir, 'cache'), join(dir, 'moved'));
    const moved = await openStore({ dir, cache: 'moved', offline: true });
    expect((await moved.store.get(A)).path).toContain(join(dir, 'moved'));
    expect((await moved.store.list()).map(({ used }) => used)).toEqual([true]);
  });

  it('refuses a file that was changed on disk, and repairs it on demand', async () => {
    await using hub = await startHub(FILES);
    const { store, dir } = await openStore({ endpoint: hub.origin });
    const { path } = await store.get(A);
    await store.get(B);
    await appendFile(path, 'x');
    const error = await failure(store.get(A));
    expect(error.code).toBe('SV_MODEL_HASH');
    expect(error.message.replaceAll(dir, '<dir>')).toMatchInlineSnapshot(
      `"<dir>/cache/models/hf/acme/tiny/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/a.bin has sha256 22631ee33a664a4d79616342870b52a5dfd3ff3143366b71e867e237a25c2c89, expected 86feb6339f5ec6939cc9e488bad525b04f8f5d09ad32db431327077432051a09: it was changed on disk. Run \`sv models verify --repair\`."`,
    );
    const bad = sha256(Buffer.concat([FILES['a.bin'], Buffer.from('x')]));
    expect((await store.verify()).map(({ status, expected, actual }) => ({ status, expected, actual }))).toEqual([
      { status: 'damaged', expected: sha256(FILES['a.bin']), actual: bad },
      { status: 'ok', expected: sha256(FILES['b.bin']), actual: sha256(FILES['b.bin']) },
    ]);
    expect((await store.verify({ repair: true })).map(({ status }) => status)).toEqual(['repaired', 'ok']);
    expect((await readFile(path)).equals(FILES['a.bin'])).toBe(true);
    expect(await store.pinned()).toEqual([A, B]);
  });

  it('keeps what is damaged until its replacement is whole, and reports what cannot be had', async () => {
    await using hub = await startHub(FILES);
    const { store, dir } = await openStore({ endpoint: hub.origin });
    const { path } = await store.get(A);
    await store.get(B);
    await appendFile(path, 'x');
    const offline = await openStore({ dir, endpoint: hub.origin, offline: true });
    const [first, second] = await offline.store.verify({ repair: true });
    expect(first).toMatchObject({ status: 'damaged', path });
    expect(first?.reason).toContain('the network is not to be touched');
    expect(second?.status).toBe('ok');
    expect(await readFile(path, 'latin1')).toMatch(/x$/);
    expect(offline.log.lines.join()).toContain('could not be replaced and was kept');
    hub.behaviour.statuses = Array.from({ length: 20 }, () => 503);
    expect((await store.verify({ repair: true }))[0]?.status).toBe('damaged');
    expect(await readFile(path, 'latin1')).toMatch(/x$/);
    hub.behaviour.statuses = [];
    expect((await store.verify({ repair: true }))[0]?.status).toBe('repaired');
    expect((await readFile(path)).equals(FILES['a.bin'])).toBe(true);
    expect((await store.verify()).map(({ status }) => status)).toEqual(['ok', 'ok']);
  });

  it('repairs twins that were damaged without a trace', async () => {
    await using hub = await startHub(FILES, { main: COMMIT_A, next: COMMIT_B });
    const { store } = await openStore({ endpoint: hub.origin });
    const one = await store.get(A);
    const two = await store.get(`hf:${REPO}@next/a.bin`);
    const before = await stat(one.path);
    await writeFile(one.path, content(1000, 77));
    await utimes(one.path, before.atime, before.mtime);
    const verified = await store.verify({ repair: true });
    expect(verified.map(({ status }) => status)).toEqual(['repaired', 'repaired']);
    for (const { path } of [one, two]) expect((await readFile(path)).equals(FILES['a.bin'])).toBe(true);
  });

  it('is emptied of what stages keep there too, on demand', async () => {
    const { store, dir } = await openStore();
    await mkdir(join(dir, 'cache/stages/x/y'), { recursive: true });
    await writeFile(join(dir, 'cache/stages/x/y/z'), 'four');
    expect(await store.prune()).toEqual({ paths: [], bytes: 0 });
    const stages = { paths: [join(dir, 'cache/stages')], bytes: 4 };
    expect(await store.prune({ all: true, dryRun: true })).toEqual(stages);
    expect(await store.prune({ all: true })).toEqual(stages);
    await expect(stat(join(dir, 'cache/stages'))).rejects.toThrow('ENOENT');
  });

  it('is verified to the last byte, also where size and time stayed', async () => {
    await using hub = await startHub(FILES);
    const { store, dir } = await openStore({ endpoint: hub.origin });
    const { path } = await store.get(A);
    const before = await stat(path);
    await writeFile(path, content(1000, 77));
    const { utimesSync } = await import('node:fs');
    utimesSync(path, before.atime, before.mtime);
    expect((await store.verify()).map(({ status }) => status)).toEqual(['damaged']);
    await rm(join(dir, 'cache'), { recursive: true });
    expect((await store.verify()).map(({ ref, status }) => ({ ref, status }))).toEqual([{ ref: A, status: 'missing' }]);
  });

  it('is pruned to what the lock file pins, external data and unfinished downloads included', async () => {
    await using hub = await startHub(FILES);
    const { store, dir } = await openStore({ endpoint: hub.origin });
    const refs = ['m.onnx_data', 'm.onnx'].map(
      (f) => `${hub.origin}/plain/${f}#sha256-${sha256(hub.files[f] ?? '')}` as ModelRef,
    );
    for (const ref of [A, ...refs]) await store.get(ref);
    const other = await openStore({ dir, endpoint: hub.origin, lock: 'other.lock', retries: 0 });
    const gone = await other.store.get(B);
    hub.behaviour.cuts = [100];
    await failure(other.store.get(`${hub.origin}/plain/b.bin#sha256-${'0'.repeat(64)}` as ModelRef));
    const dry = await store.prune({ dryRun: true });
    expect(dry.paths.map((path) => path.slice(path.lastIndexOf('/') + 1)).sort()).toEqual([
      'b.bin',
      'b.bin.part',
      'b.bin.part.etag',
    ]);
    expect((await stat(gone.path)).size).toBe(2000);
    expect(await store.prune()).toEqual(dry);
    await expect(stat(gone.path)).rejects.toThrow('ENOENT');
    const offline = await openStore({ dir, offline: true });
    for (const ref of [A, ...refs]) await offline.store.get(ref);
    await store.prune({ all: true });
    expect(await store.list()).toEqual([]);
    await expect(stat(join(dir, 'cache/models/hf'))).rejects.toThrow('ENOENT');
  });
});
