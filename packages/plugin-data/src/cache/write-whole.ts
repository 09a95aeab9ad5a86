import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Writes under another name and renames, so that no reader sees half of it. The other name is always the same: what a
 * killed run left is overwritten by the next. For places that one process writes at a time; see `writeShared`.
 */
export const writeWhole = (path: string, content: string | Uint8Array): Promise<void> =>
  writeBy(`${path}.part`, path, content);

/** For a cache that several processes may fill at once: each has a name of its own, and old ones are swept away. */
export async function writeShared(path: string, content: string | Uint8Array): Promise<void> {
  await sweep(path);
  await writeBy(`${path}.${randomBytes(4).toString('hex')}.part`, path, content);
}

async function writeBy(part: string, path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeFile(part, content);
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

/** Nobody writes a file of a cache for so long. */
const STALE_MS = 60 * 60 * 1000;

/** Removes what was begun for the same file long ago, and never finished. */
async function sweep(path: string): Promise<void> {
  const folder = dirname(path);
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  for (const name of names) {
    if (!name.startsWith(`${basename(path)}.`) || !name.endsWith('.part')) continue;
    const found = await stat(join(folder, name)).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > STALE_MS) await rm(join(folder, name), { force: true });
  }
}
