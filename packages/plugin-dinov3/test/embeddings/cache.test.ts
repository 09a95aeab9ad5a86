import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Logger } from '@streetvision/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openEmbeddingCache } from '../../src/embeddings/cache.js';
import { decodeEmbedding, encodeEmbedding } from '../../src/embeddings/format.js';
import { makeFolder } from '../model-folder.js';

const IDENTITY = { sha256: 'a'.repeat(64), preprocessing: { width: 8, height: 8 }, feature: 'cls', l2: false } as const;
const FRAME = createHash('sha256').update('frame').digest('hex');

let folder: Awaited<ReturnType<typeof makeFolder>>;
let warnings: string[];
const log: Logger = {
  debug: () => {},
  info: () => {},
  warn: (message) => warnings.push(message),
  error: () => {},
};
beforeEach(async () => {
  folder = await makeFolder();
  warnings = [];
});
afterEach(() => folder.remove());

describe('openEmbeddingCache', () => {
  it('gives back what was put, bit by bit', async () => {
    const cache = openEmbeddingCache(folder.path, IDENTITY, log);
    const embedding = Float32Array.of(0, -0, 1e-40, Math.PI, -3e38);
    expect(await cache.get(FRAME)).toBeUndefined();
    await cache.put(FRAME, embedding);
    expect(await openEmbeddingCache(folder.path, IDENTITY, log).get(FRAME)).toEqual(embedding);
    expect(warnings).toEqual([]);
  });

  it.each([
    ['model', { sha256: 'b'.repeat(64) }],
    ['preprocessing', { preprocessing: { width: 8, height: 8, resample: 'bicubic' } }],
    ['feature', { feature: 'mean' }],
    ['l2', { l2: true }],
  ] as const)('keeps another %s apart', async (_, change) => {
    await openEmbeddingCache(folder.path, IDENTITY, log).put(FRAME, Float32Array.of(1));
    expect(await openEmbeddingCache(folder.path, { ...IDENTITY, ...change }, log).get(FRAME)).toBeUndefined();
  });

  it('takes every damaged file for absent, says so, and writes over it', async () => {
    const cache = openEmbeddingCache(folder.path, IDENTITY, log);
    await cache.put(FRAME, Float32Array.of(1, 2, 3));
    const names = await readdir(folder.path, { recursive: true });
    const path = join(folder.path, names.find((name) => name.endsWith('.emb')) ?? '');
    const whole = await readFile(path);
    const damaged = [
      ...Array.from({ length: whole.length }, (_, length) => whole.subarray(0, length)),
      ...Array.from(whole, (byte, at) => Buffer.from(whole.map((old, i) => (i === at ? byte ^ 0x10 : old)))),
      Buffer.concat([whole, Buffer.of(0)]),
    ];
    for (const bytes of damaged) {
      await writeFile(path, bytes);
      expect(await cache.get(FRAME)).toBeUndefined();
    }
    expect(warnings).toHaveLength(damaged.length);
    await cache.put(FRAME, Float32Array.of(1, 2, 3));
    expect(await cache.get(FRAME)).toEqual(Float32Array.of(1, 2, 3));
  });

  it('goes on without a cache that cannot be written, and says so once', async () => {
    await mkdir(join(folder.path, 'sub'));
    await writeFile(join(folder.path, 'sub', 'file'), '');
    const cache = openEmbeddingCache(join(folder.path, 'sub', 'file'), IDENTITY, log);
    await cache.put(FRAME, Float32Array.of(1));
    await cache.put(FRAME, Float32Array.of(1));
    expect(warnings).toEqual(['embedding could not be cached']);
  });

  it('is shared by processes that write the same entries at the same time', async () => {
    const children = await Promise.all([startWriter(), startWriter(), startWriter()]);
    expect(children).toEqual(['no damage seen', 'no damage seen', 'no damage seen']);
    const left = await readdir(folder.path, { recursive: true });
    expect(left.filter((name) => name.endsWith('.tmp'))).toEqual([]);
    expect(left.filter((name) => name.endsWith('.emb'))).toHaveLength(8);
  });
});

describe('the bound of the cache', () => {
  const hash = (i: number) => createHash('sha256').update(String(i)).digest('hex');
  /** Bytes of a file with 100 values. */
  const ONE = encodeEmbedding(new Float32Array(100)).length;
  const left = async () =>
    (await readdir(folder.path, { recursive: true })).filter((name) => /\.(emb|tmp)$/.test(name));

  it('removes what was written first, over all models, and nothing that is not its own', async () => {
    await writeFile(join(folder.path, 'notes.emb'), 'mine');
    const other = openEmbeddingCache(folder.path, { ...IDENTITY, feature: 'mean' }, log);
    const cache = openEmbeddingCache(folder.path, IDENTITY, log);
    for (let i = 0; i < 20; i++) await (i < 10 ? other : cache).put(hash(i), new Float32Array(100));
    await Promise.all([other.close(), cache.close()]);
    for (const name of await left()) {
      const i = Array.from({ length: 20 }, (_, n) => n).find((n) => name.endsWith(`${hash(n)}.emb`));
      if (i !== undefined) await utimes(join(folder.path, name), 1000 + i, 1000 + i);
    }
    const both = [0, 1].map(() => openEmbeddingCache(folder.path, IDENTITY, log, ONE * 10));
    await Promise.all(both.map((one, i) => one.put(hash(100 + i), new Float32Array(100))));
    await expect.poll(async () => (await left()).length).toBeLessThanOrEqual(10 + 1);
    await Promise.all(both.map((one) => one.close()));
    const names = await left();
    expect(names).toContain('notes.emb');
    expect(await both[0]?.get(hash(19))).toHaveLength(100);
    expect(await both[0]?.get(hash(101))).toHaveLength(100);
    expect(await both[0]?.get(hash(10))).toBeUndefined();
    expect(names.length).toBeGreaterThanOrEqual(9);
    expect(warnings).toEqual([]);
  });

  it('holds over many short runs, each closed as soon as it has written', async () => {
    for (let run = 0; run < 40; run++) {
      const cache = openEmbeddingCache(folder.path, IDENTITY, log, ONE * 20);
      for (let i = 0; i < 5; i++) await cache.put(hash(run * 5 + i), new Float32Array(100));
      await cache.close();
    }
    expect((await left()).length).toBeLessThanOrEqual(20 + 1);
    expect(warnings).toEqual([]);
  });

  it('looks again at what was written while it looked', async () => {
    const cache = openEmbeddingCache(folder.path, IDENTITY, log, ONE * 20);
    await Promise.all(Array.from({ length: 200 }, (_, i) => cache.put(hash(i), new Float32Array(100))));
    await cache.close();
    expect((await left()).length).toBeLessThanOrEqual(20 + 1);
    expect(warnings).toEqual([]);
  });

  it('sweeps what a killed process left, and leaves what is being written', async () => {
    const cache = openEmbeddingCache(folder.path, IDENTITY, log);
    await cache.put(hash(1), new Float32Array(1));
    await cache.close();
    const emb = join(folder.path, (await left())[0] as string);
    await writeFile(`${emb}.11111111-1111.tmp`, 'old');
    await writeFile(`${emb}.22222222-2222.tmp`, 'new');
    await utimes(`${emb}.11111111-1111.tmp`, 1000, 1000);
    const next = openEmbeddingCache(folder.path, IDENTITY, log);
    await next.put(hash(2), new Float32Array(1));
    await expect.poll(left).not.toContainEqual(expect.stringContaining('11111111'));
    await next.close();
    expect((await left()).filter((name) => name.endsWith('.tmp'))).toHaveLength(1);
  });
});

describe('the file of an embedding', () => {
  it('is the same on every machine', () => {
    expect(encodeEmbedding(Float32Array.of(1.5)).toString('hex')).toMatchInlineSnapshot(
      `"53564531010000000000c03f89ef742a50a9dc84"`,
    );
    expect(decodeEmbedding(Buffer.from('SVE1'))).toBeUndefined();
  });
});

/** Puts and gets 8 entries 100 times over, in another process. */
async function startWriter(): Promise<string> {
  const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  const script = `
    import { createJiti } from 'jiti';
    const jiti = createJiti(import.meta.url, { alias: { '@streetvision/core': ${JSON.stringify(source('./core-of-the-cache.ts'))} } });
    const { openEmbeddingCache } = await jiti.import(${JSON.stringify(source('../../src/embeddings/cache.ts'))});
    const damage = [];
    const log = { warn: (message, fields) => damage.push(message + ' ' + JSON.stringify(fields)) };
    const cache = openEmbeddingCache(${JSON.stringify(folder.path)}, ${JSON.stringify(IDENTITY)}, log);
    for (let i = 0; i < 800; i++) {
      const frame = String(i % 8).repeat(64);
      await cache.put(frame, new Float32Array(384).fill(i % 8));
      const read = await cache.get(frame);
      if (!read || read.length !== 384 || read.some((value) => value !== i % 8)) damage.push('wrong ' + i);
    }
    console.log(damage.length ? damage.join() : 'no damage seen');
  `;
  const child: ChildProcess = spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: source('../../../core'),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout?.on('data', (chunk) => {
    text += chunk;
  });
  await new Promise((resolve) => child.on('close', resolve));
  return text.trim();
}
