import { readdirSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ModelRef } from '../../src/types/index.js';
import { getInChild } from './child.js';
import { content, REPO, sha256, startHub } from './local-hub.js';
import { openStore, temporaryFolder } from './open-store.js';

const WEIGHTS = content(2_000_000);

// A killed process is noticed after five seconds, and a new one takes its time where the machine is busy.
describe('several processes', { timeout: 90_000 }, () => {
  it('download a file once', async () => {
    await using hub = await startHub({ 'model.bin': WEIGHTS });
    hub.behaviour.pace = { bytes: 100_000, ms: 20 };
    const dir = await temporaryFolder();
    const ref = `hf:${REPO}@main/model.bin`;
    const ends = await Promise.all([1, 2].map(() => getInChild(ref, { dir, cache: 'cache', endpoint: hub.origin })));
    for (const end of ends) expect(end?.file).toMatchObject({ sha256: sha256(WEIGHTS), bytes: WEIGHTS.length });
    expect(hub.downloads()).toHaveLength(1);
  });

  it('resume what a killed one left', async () => {
    await using hub = await startHub({ 'model.bin': WEIGHTS });
    hub.behaviour.pace = { bytes: 100_000, ms: 10 };
    const dir = await temporaryFolder();
    const ref = `${hub.origin}/plain/model.bin#sha256-${sha256(WEIGHTS)}`;
    const killed = await getInChild(
      ref,
      { dir, cache: 'cache' },
      { onLine: ({ bytes = 0 }, kill) => bytes > 800_000 && kill() },
    );
    expect(killed).toBeUndefined();
    const { store } = await openStore({ dir });
    const file = await store.get(ref as ModelRef);
    expect((await readFile(file.path)).equals(WEIGHTS)).toBe(true);
    expect(hub.seen).toHaveLength(2);
    const from = Number(/^bytes=(\d+)-$/.exec(hub.seen[1]?.headers.range ?? '')?.[1]);
    expect(from).toBeGreaterThan(700_000);
    expect(hub.seen[1]?.status).toBe(206);
  });

  it('survive the loss of the lock, as after a long sleep of the machine', async () => {
    await using hub = await startHub({ 'model.bin': WEIGHTS });
    hub.behaviour.pace = { bytes: 50_000, ms: 50 };
    let taken = false;
    const { store, dir, log } = await openStore({
      onProgress({ bytes }) {
        if (taken || bytes < 200_000) return;
        taken = true;
        rmSync(lockPath, { recursive: true });
      },
    });
    const folder = join(
      dir,
      'cache/models/https',
      new URL(hub.origin).host.replace(':', '_'),
      sha256(WEIGHTS).slice(0, 16),
    );
    const lockPath = join(folder, 'model.bin.lock');
    const file = await store.get(`${hub.origin}/plain/model.bin#sha256-${sha256(WEIGHTS)}` as ModelRef);
    expect((await readFile(file.path)).equals(WEIGHTS)).toBe(true);
    expect(log.lines.some((line) => line.includes('lock was lost'))).toBe(true);
    expect(hub.seen.map(({ status }) => status)).toEqual([200, 206]);
    expect(readdirSync(folder)).toEqual(['model.bin']);
  });

  it('pin different files in one lock file', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 12 }, (_, index) => [`${index}.bin`, content(100, index + 1)]),
    );
    await using hub = await startHub(files);
    const dir = await temporaryFolder();
    const names = Object.keys(files);
    // Stores of their own stand for processes: they share nothing but the disk.
    await Promise.all(
      names.map(async (name) => {
        const { store } = await openStore({ dir, endpoint: hub.origin });
        await store.get(`hf:${REPO}@main/${name}`);
      }),
    );
    const { models } = JSON.parse(await readFile(join(dir, 'sv.lock'), 'utf8')) as { models: object };
    expect(Object.keys(models)).toEqual(names.map((name) => `hf:${REPO}@main/${name}`).sort());
  });
});
