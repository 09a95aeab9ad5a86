import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';

const PICTURE = /\.(jpe?g|jpe|jfif|png|webp|avif|tiff?|gif)$/i;

/** Whether a file in a folder is taken for a picture. Hidden files are not. */
export function looksLikePicture(name: string): boolean {
  return PICTURE.test(name) && !name.startsWith('.');
}

/** Whether a walk passes by: what is hidden, such as `.git`, and the pictures that packages bring. */
export const leftOut = (name: string) => name.startsWith('.') || name === 'node_modules';

/**
 * Pictures of a folder and of the folders in it, in the order of their names. Holds the names of one branch at a
 * time. Links to files are followed, links to folders are not: they may lead in circles. A folder that cannot be
 * read comes through as it is, so that it becomes a row with an error.
 */
export async function* walk(folder: string, cwd: string): AsyncGenerator<string> {
  let entries: Dirent[];
  try {
    entries = await readdir(resolve(cwd, folder), { withFileTypes: true });
  } catch {
    yield folder;
    return;
  }
  for (const entry of entries.sort(byName)) {
    if (leftOut(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(path, cwd);
    else if (looksLikePicture(entry.name) && (entry.isFile() || (await leadsToFile(entry, resolve(cwd, path)))))
      yield path;
  }
}

const byName = (a: Dirent, b: Dirent) => (a.name < b.name ? -1 : 1);

/** A link that leads nowhere comes through too, and fails by name. */
async function leadsToFile(entry: Dirent, path: string): Promise<boolean> {
  if (!entry.isSymbolicLink()) return false;
  return stat(path).then(
    (target) => target.isFile(),
    () => true,
  );
}
