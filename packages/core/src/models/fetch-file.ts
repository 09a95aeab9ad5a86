import { constants, copyFile, link, mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SvError } from '../errors/sv-error.js';
import type { Logger } from '../types/log.js';
import type { Asked } from './answers.js';
import { onDisk, size } from './disk.js';
import { download, type OnProgress } from './download.js';
import { type Expected, sha256File } from './hash.js';
import type { Http } from './http.js';
import { discardPart, ignoreMissing } from './part-file.js';
import { withProcessLock } from './process-lock.js';
import type { FileRecord, Records } from './records.js';

/** A file that is downloaded once. */
export interface RemoteFile {
  /** For messages. */
  readonly label: string;
  /** The pinned reference, kept in the record. */
  readonly source: string;
  /** Where it lies in the cache. */
  readonly path: string;
  /** What the reference or the lock file says. */
  readonly pinned: { readonly sha256: string; readonly by: string } | undefined;
  /** Asks where it is and what it should be. */
  locate(signal: AbortSignal): Promise<{ readonly url: URL; readonly asked: Asked; readonly expected: Expected }>;
}

export interface FetchContext {
  readonly http: Http;
  readonly records: Records;
  readonly log: Logger;
  readonly offline: boolean;
  readonly cache: string;
  readonly retries: number;
  readonly backoffMs: number;
  readonly stallMs: number;
}

export interface FetchOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
  /** What lies there is damaged; it stays until the new one is whole. */
  readonly replace?: boolean;
}

/** The file from the cache, or downloaded into it by exactly one process. Verified in both cases. */
export async function fetchFile(ctx: FetchContext, file: RemoteFile, options: FetchOptions): Promise<FileRecord> {
  const { replace = false } = options;
  const hit = replace ? undefined : await fromCache(ctx, file, options.signal);
  if (hit) return hit;
  if (ctx.offline) throw offlineError(ctx.cache, file.label);
  return withProcessLock(file.path, { signal: options.signal, log: ctx.log }, async (signal) => {
    const other = replace ? undefined : await fromCache(ctx, file, signal);
    if (other) return other;
    const { url, asked, expected } = await file.locate(signal);
    if (expected.sha256) requirePinned(file, expected.sha256);
    const wanted = { ...expected, sha256: expected.sha256 ?? file.pinned?.sha256 };
    const twin = wanted.sha256 ? await linkTwin(ctx, file, wanted.sha256, replace) : undefined;
    if (twin) return twin;

    const part = `${file.path}.part`;
    const started = performance.now();
    ctx.log.info('downloading', { model: file.label, bytes: wanted.bytes });
    const { sha256, bytes } = await download({
      ...ctx,
      url,
      asked,
      part,
      expected: wanted,
      signal,
      onProgress: options.onProgress,
    });
    ctx.log.info('downloaded', { model: file.label, size: size(bytes), ms: Math.round(performance.now() - started) });
    return onDisk(file.path, async () => {
      const record = await ctx.records.remember(file.path, sha256, file.source, part);
      await rename(part, file.path);
      await discardPart(part);
      return record;
    });
  });
}

/** A copy under another name that takes no room where the file system has hard links. */
export async function placeCopy(
  ctx: FetchContext,
  from: string,
  file: Pick<RemoteFile, 'path' | 'source'>,
  sha256: string,
) {
  const known = await ctx.records.unchanged(file.path);
  if (known?.sha256 === sha256) return known;
  return onDisk(file.path, async () => {
    await mkdir(dirname(file.path), { recursive: true });
    const part = `${file.path}.copy-${process.pid}`;
    await rm(part, { force: true });
    await link(from, part).catch(() => copyFile(from, part, constants.COPYFILE_FICLONE));
    const record = await ctx.records.remember(file.path, sha256, file.source, part);
    await rename(part, file.path);
    // Renaming one link of a file onto another of the same file does nothing.
    await rm(part, { force: true });
    return record;
  });
}

async function fromCache(ctx: FetchContext, file: RemoteFile, signal?: AbortSignal): Promise<FileRecord | undefined> {
  const known = await ctx.records.unchanged(file.path);
  if (known) {
    requirePinned(file, known.sha256);
    return known;
  }
  if (!(await stat(file.path).catch(ignoreMissing))) return undefined;
  const expected = (await ctx.records.recall(file.path))?.sha256 ?? file.pinned?.sha256;
  if (!expected) return undefined;
  const sha256 = await sha256File(file.path, signal);
  if (sha256 !== expected) {
    throw new SvError(
      'SV_MODEL_HASH',
      `${file.path} has sha256 ${sha256}, expected ${expected}: it was changed on disk.`,
      {
        fix: 'Run `sv models verify --repair`.',
      },
    );
  }
  requirePinned(file, sha256);
  return onDisk(file.path, () => ctx.records.remember(file.path, sha256, file.source));
}

/** @param doubt size and time of a twin are not trusted: it may be damaged in the same way */
async function linkTwin(
  ctx: FetchContext,
  file: RemoteFile,
  sha256: string,
  doubt: boolean,
): Promise<FileRecord | undefined> {
  for (const { path, record } of await ctx.records.all()) {
    if (record.sha256 !== sha256 || path === file.path || !(await ctx.records.unchanged(path))) continue;
    if (doubt) {
      if ((await sha256File(path)) !== sha256) continue;
      await ctx.records.forget(file.path);
    }
    ctx.log.debug('the same file is in the cache already', { model: file.label, path });
    return placeCopy(ctx, path, file, sha256);
  }
  return undefined;
}

function requirePinned({ label, pinned }: RemoteFile, sha256: string): void {
  if (!pinned || pinned.sha256 === sha256) return;
  throw new SvError('SV_MODEL_HASH', `${label} has sha256 ${sha256}, but ${pinned.by} says ${pinned.sha256}.`, {
    fix: `If the new file is the right one, run \`sv models pull --update '${label}'\`.`,
  });
}

export function offlineError(cache: string, label: string): SvError {
  return new SvError(
    'SV_MODEL_OFFLINE',
    `\`${label}\` is not in the cache (${cache}), and the network is not to be touched.`,
    {
      fix: `Run \`sv models pull '${label}'\` without --offline and SV_OFFLINE.`,
    },
  );
}
