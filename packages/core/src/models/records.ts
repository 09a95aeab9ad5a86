import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { z } from 'zod';
import type { Logger } from '../types/log.js';
import { isInside } from './cache-layout.js';
import { sha256File } from './hash.js';
import { externalDataOf } from './onnx-file.js';
import { ignoreMissing } from './part-file.js';

const Record = z.object({
  /** Relative to the models folder, so that the cache can be moved; absolute for files outside of it. */
  path: z.string(),
  /** The pinned reference it was downloaded by; undefined for files outside of the cache. */
  source: z.string().optional(),
  sha256: z.string(),
  bytes: z.number(),
  /** Nanoseconds. With `bytes` it tells whether the file was changed since it was hashed. */
  mtime: z.string(),
  /** Files that an ONNX graph keeps its weights in, relative to its folder. */
  external: z.array(z.string()),
});
export type FileRecord = z.infer<typeof Record>;

export type Records = ReturnType<typeof createRecords>;

/**
 * What is known of the files on this disk: their hash by path, size and modification time, so that a gigabyte is
 * hashed once and not at each start. One small JSON file each, replaced atomically: no two processes can disagree.
 */
export function createRecords(modelsFolder: string, log: Logger) {
  const folder = join(modelsFolder, 'index');
  const inside = (path: string): string => {
    const relation = relative(modelsFolder, path);
    return relation.startsWith('..') || isAbsolute(relation) ? path : relation.split(sep).join('/');
  };
  const fileOf = (path: string) =>
    join(folder, `${createHash('sha256').update(inside(path)).digest('hex').slice(0, 32)}.json`);

  async function read(file: string): Promise<FileRecord | undefined> {
    const text = await readFile(file, 'utf8').catch(ignoreMissing);
    if (text === undefined) return undefined;
    try {
      return Record.parse(JSON.parse(text));
    } catch (error) {
      // It is only a memory: the file is hashed again.
      log.debug('damaged cache index entry is ignored', { file, error: String(error) });
      return undefined;
    }
  }

  /** What is remembered of a path, whether or not the file is still the same. */
  const recall = (path: string) => read(fileOf(path));

  /** `lies` is where the file is now: the record is written before the rename, which keeps the time. */
  async function remember(path: string, sha256: string, source: string | undefined, lies = path): Promise<FileRecord> {
    const { size, mtimeNs } = await stat(lies, { bigint: true });
    const record: FileRecord = {
      path: inside(path),
      ...(source === undefined ? {} : { source }),
      sha256,
      bytes: Number(size),
      mtime: String(mtimeNs),
      external: path.endsWith('.onnx') ? [...(await externalDataOf(lies))] : [],
    };
    await mkdir(folder, { recursive: true });
    await writeAtomically(fileOf(path), JSON.stringify(record));
    return record;
  }

  async function forget(path: string): Promise<void> {
    await rm(fileOf(path), { force: true });
  }

  /** The record of an unchanged file, else undefined. */
  async function unchanged(path: string): Promise<FileRecord | undefined> {
    const [record, now] = await Promise.all([recall(path), stat(path, { bigint: true }).catch(ignoreMissing)]);
    return record && now && record.bytes === Number(now.size) && record.mtime === String(now.mtimeNs)
      ? record
      : undefined;
  }

  /** All records of files inside the cache, sorted by path. */
  async function all(): Promise<{ readonly path: string; readonly record: FileRecord }[]> {
    const names = (await readdir(folder).catch(ignoreMissing)) ?? [];
    const records = await Promise.all(
      names.filter((name) => name.endsWith('.json')).map((name) => read(join(folder, name))),
    );
    return (
      records
        .filter((record): record is FileRecord => record?.source !== undefined)
        .map((record) => ({ path: resolve(modelsFolder, record.path), record }))
        // An entry that leads elsewhere is not ours: repairing and pruning act on these paths.
        .filter(({ path }) => isInside(modelsFolder, path))
        .sort((a, b) => (a.path < b.path ? -1 : 1))
    );
  }

  /** Hashes a file of the user's own, or recalls the hash. */
  async function hashed(path: string, signal?: AbortSignal): Promise<FileRecord> {
    const known = await unchanged(path);
    if (known) return known;
    const sha256 = await sha256File(path, signal);
    try {
      return await remember(path, sha256, undefined);
    } catch (error) {
      log.warn('the hash of a model file cannot be remembered, it is computed at each start', {
        path,
        cache: modelsFolder,
        error: String(error),
      });
      const { size, mtimeNs } = await stat(path, { bigint: true });
      const external = path.endsWith('.onnx') ? [...(await externalDataOf(path))] : [];
      return { path, sha256, bytes: Number(size), mtime: String(mtimeNs), external };
    }
  }

  return { recall, remember, forget, unchanged, all, hashed };
}

/** A reader sees the old content or the new one, never a half. */
export async function writeAtomically(path: string, text: string): Promise<void> {
  const temporary = join(dirname(path), `.${process.pid}-${randomBytes(6).toString('hex')}.tmp`);
  try {
    await writeFile(temporary, text, { flush: true });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
