import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A younger one may be another process at work. */
const OLD_MS = 60 * 60_000;

/**
 * Removes what a process that was killed has left in a folder: entries that `own` knows and that are an hour old. What
 * cannot be removed stays: it is in nobody's way.
 */
export async function sweep(
  folder: string,
  own: (name: string) => boolean,
  { recursive = false }: { readonly recursive?: boolean } = {},
): Promise<void> {
  const names = await readdir(folder, { recursive }).catch(() => []);
  for (const name of names.filter(own)) {
    const left = join(folder, name);
    const found = await stat(left).catch(() => undefined);
    if (!found || Date.now() - found.mtimeMs < OLD_MS) continue;
    await rm(left, { recursive: true, force: true }).catch(() => undefined);
  }
}
