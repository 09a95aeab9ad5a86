import { statfs } from 'node:fs/promises';
import { SvError } from '../errors/sv-error.js';

const FULL: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file is larger than the file system or the limits of this process allow',
  EACCES: 'there is no permission to write',
  EPERM: 'writing is not permitted',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a part of the path is a file',
};

const MOVE = 'Free some space, or set SV_CACHE (or `models.cache` in the config) to a folder on another disk.';

/** `SV_MODEL_DISK` where the file system is the cause, else the same error. */
export function diskError(error: unknown, path: string): unknown {
  const { code, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  if (!code || !syscall) return error;
  const reason = FULL[code] ?? `${syscall} failed with ${code}`;
  return new SvError('SV_MODEL_DISK', `${path} could not be written: ${reason}.`, { fix: MOVE, cause: error });
}

/** Runs file system work on the cache; its failures become `SV_MODEL_DISK`. */
export async function onDisk<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw diskError(error, path);
  }
}

/** Fails before the first byte where the file cannot fit. */
export async function requireSpace(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  // Some network and overlay file systems report nothing.
  if (bsize === 0 || free >= bytes) return;
  throw new SvError('SV_MODEL_DISK', `${folder} has ${size(free)} free, the download needs ${size(bytes)}.`, {
    fix: MOVE,
  });
}

/** `'12.3 MB'`. */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  const power = Math.min(Math.floor(Math.log10(bytes) / 3), units.length);
  return `${(bytes / 1000 ** power).toFixed(1)} ${units[power - 1]}`;
}
