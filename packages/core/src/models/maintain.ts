import { readdir, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isSvError } from '../errors/sv-error.js';
import type { Logger } from '../types/log.js';
import type { ModelFile, ModelRef } from '../types/model.js';
import { pinnedPath } from './cache-layout.js';
import { onDisk } from './disk.js';
import { sha256File } from './hash.js';
import type { ModelLock, Pins } from './lock-file.js';
import { parseModelRef } from './model-ref.js';
import { ignoreMissing } from './part-file.js';
import { isHeld } from './process-lock.js';
import type { Records } from './records.js';

export interface CacheContext {
  /** `<cache>/models`. */
  readonly folder: string;
  readonly lock: ModelLock;
  readonly records: Records;
  readonly log: Logger;
}

export interface Verified {
  readonly ref: ModelRef;
  readonly path: string;
  /** `missing`: pinned and not downloaded, which is no fault. `repaired`: it was damaged. */
  readonly status: 'ok' | 'damaged' | 'missing' | 'repaired';
  /** Hex. */
  readonly expected: string;
  /** Hex; undefined where it is missing. */
  readonly actual: string | undefined;
  /** Why it could not be repaired. */
  readonly reason?: string;
}

export interface PruneOptions {
  /** Also what this project uses, and what stages keep in the cache. @default false */
  readonly all?: boolean;
  /** Only says what would go. @default false */
  readonly dryRun?: boolean;
}

export interface Pruned {
  readonly paths: readonly string[];
  readonly bytes: number;
}

export async function listCache(ctx: CacheContext): Promise<(ModelFile & { used: boolean })[]> {
  const used = await usedPaths(ctx, await ctx.lock.read());
  const files = [];
  for (const { path, record } of await ctx.records.all()) {
    if (!(await stat(path).catch(ignoreMissing))) continue;
    const { sha256, bytes, source } = record;
    files.push({ ref: source as ModelRef, path, sha256, bytes, used: used.has(path) });
  }
  return files;
}

export async function verifyCache(
  ctx: CacheContext,
  signal: AbortSignal | undefined,
  restore: ((source: string) => Promise<void>) | undefined,
): Promise<Verified[]> {
  const pins = await ctx.lock.read();
  const pinned = new Map<string, { ref: ModelRef; sha256: string }>();
  for (const [ref, { sha256 }] of Object.entries(pins)) {
    const path = pinnedPath(ctx.folder, parseModelRef(ref), pins);
    if (path) pinned.set(path, { ref: ref as ModelRef, sha256 });
  }
  const verified: Verified[] = [];
  for (const { path, record } of await ctx.records.all()) {
    if (!(await stat(path).catch(ignoreMissing))) continue;
    const actual = await sha256File(path, signal);
    const expected = pinned.get(path)?.sha256 ?? record.sha256;
    pinned.delete(path);
    const status = actual === expected ? 'ok' : 'damaged';
    if (status === 'ok') await onDisk(path, () => ctx.records.remember(path, actual, record.source));
    verified.push({ ref: record.source as ModelRef, path, status, expected, actual });
  }
  for (const [path, { ref, sha256 }] of pinned) {
    verified.push({ ref, path, status: 'missing', expected: sha256, actual: undefined });
  }
  return restore ? repair(ctx, verified, signal, restore) : verified;
}

/** A damaged file stays until its replacement is whole; one that cannot be had now is reported as damaged still. */
async function repair(
  ctx: CacheContext,
  verified: readonly Verified[],
  signal: AbortSignal | undefined,
  restore: (source: string) => Promise<void>,
): Promise<Verified[]> {
  const repaired: Verified[] = [];
  for (const file of verified) {
    if (file.status !== 'damaged') {
      repaired.push(file);
      continue;
    }
    try {
      await restore(file.ref);
      repaired.push({ ...file, status: 'repaired' });
    } catch (error) {
      if (signal?.aborted || !isSvError(error)) throw error;
      ctx.log.warn('damaged model file could not be replaced and was kept', { path: file.path, reason: error.message });
      repaired.push({ ...file, reason: error.message });
    }
  }
  return repaired;
}

export async function pruneCache(ctx: CacheContext, { all = false, dryRun = false }: PruneOptions): Promise<Pruned> {
  const used = all ? new Set<string>() : await usedPaths(ctx, await ctx.lock.read());
  const paths: string[] = [];
  let bytes = 0;
  for (const room of ['hf', 'https']) {
    for await (const path of filesBelow(join(ctx.folder, room))) {
      const file = path.replace(/\.part(\.etag)?$|\.copy-\d+$/, '');
      if (used.has(file) || (await isHeld(file))) continue;
      const found = await stat(path).catch(ignoreMissing);
      if (!found) continue;
      paths.push(path);
      // Further links of a file that stays free nothing.
      bytes += found.nlink > 1 ? 0 : found.size;
      if (dryRun) continue;
      await onDisk(path, () => rm(path, { force: true }));
      await ctx.records.forget(path);
      await removeEmpty(dirname(path), ctx.folder);
    }
  }
  if (all) {
    // What stages keep, embeddings for instance: as a whole, since it may be a million small files.
    const stages = join(dirname(ctx.folder), 'stages');
    let found = 0;
    for await (const path of filesBelow(stages)) found += (await stat(path).catch(ignoreMissing))?.size ?? 0;
    if (await stat(stages).catch(ignoreMissing)) paths.push(stages);
    bytes += found;
    if (!dryRun) await onDisk(stages, () => rm(stages, { recursive: true, force: true, maxRetries: 3 }));
  }
  return { paths, bytes };
}

async function usedPaths(ctx: CacheContext, pins: Pins): Promise<Set<string>> {
  const used = new Set<string>();
  for (const ref of Object.keys(pins)) {
    const path = pinnedPath(ctx.folder, parseModelRef(ref), pins);
    if (!path) continue;
    used.add(path);
    for (const location of (await ctx.records.recall(path))?.external ?? []) used.add(join(dirname(path), location));
  }
  return used;
}

/** Lock folders are no files and are left to their owners. */
async function* filesBelow(folder: string): AsyncGenerator<string> {
  for (const entry of (await readdir(folder, { withFileTypes: true }).catch(ignoreMissing)) ?? []) {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) yield path;
    else yield* filesBelow(path);
  }
}

async function removeEmpty(folder: string, stop: string): Promise<void> {
  if (folder === stop) return;
  try {
    await rmdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'ENOENT') return;
    throw error;
  }
  await removeEmpty(dirname(folder), stop);
}
