import { readdir, realpath } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';

/** Whether a file is there, or leads out of the folder of the dataset by a link. */
export type Presence = 'here' | 'missing' | 'outside';

/**
 * Looks for files of a dataset. Asks once per folder, so that a million pictures are not a million questions.
 * @param root folder of the dataset: links that lead out of it are not followed, for a dataset that was downloaded must
 * not read other files of this machine
 */
export function createPresence(root: string): (path: string) => Promise<Presence> {
  const folders = new Map<string, Promise<Folder | undefined>>();
  const top = realpath(root).catch(() => root);
  return async (path) => {
    const folder = dirname(path);
    const known = folders.get(folder) ?? look(folder);
    folders.set(folder, known);
    const found = await known;
    if (!found) return 'missing';
    if (found.files.has(basename(path))) return isInside(await top, found.real) ? 'here' : 'outside';
    // Asked itself where it is not listed: it may be a link, or of another case on a disk that does not mind.
    const real = await realpath(path).catch(() => undefined);
    if (real === undefined || !(await look(dirname(real)))?.files.has(basename(real))) return 'missing';
    return isInside(await top, real) ? 'here' : 'outside';
  };
}

interface Folder {
  /** Without links. */
  readonly real: string;
  /** Names of files that are no links. */
  readonly files: ReadonlySet<string>;
}

/** A folder that is missing or closed has no files; each picture in it is then reported by name. */
async function look(folder: string): Promise<Folder | undefined> {
  try {
    const [real, entries] = await Promise.all([realpath(folder), readdir(folder, { withFileTypes: true })]);
    return { real, files: new Set(entries.filter((entry) => entry.isFile()).map(({ name }) => name)) };
  } catch {
    return undefined;
  }
}

/** Whether a path without links lies in a folder without links. */
export const isInside = (folder: string, path: string) =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : join(folder, sep));
