import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SvError } from '@streetvision/core';
import { noteFile, type Skipped } from './skipped.js';

const PICTURE = /\.(jpe?g|jpe|jfif|png|webp|avif|tiff?|gif)$/i;

/** Whether a name is that of a picture. Hidden files are none. */
export const isPicture = (name: string) => PICTURE.test(name) && !name.startsWith('.');

/**
 * Pictures in a folder and in the folders of it, relative to it, with `/`, in the order of their names. What is hidden
 * is passed by; links to files are followed, links to folders are not, for they may lead in circles. Throws
 * `SV_DATA_SOURCE` where a folder cannot be read.
 * @param skipped takes note of what is passed by
 */
export async function* walkPictures(root: string, skipped?: Skipped, under = ''): AsyncGenerator<string> {
  const folder = join(root, under);
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw new SvError('SV_DATA_SOURCE', `The folder \`${folder}\` could not be read: ${(error as Error).message}.`, {
      cause: error,
    });
  });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
    const path = under === '' ? entry.name : `${under}/${entry.name}`;
    if (entry.isDirectory()) yield* walkPictures(root, skipped, path);
    else if (entry.isSymbolicLink() && (await leadsToFolder(join(root, path)))) skipped?.links.push(path);
    else if (!isPicture(entry.name)) {
      if (skipped) noteFile(skipped, path);
    } else if (entry.isFile() || entry.isSymbolicLink()) yield path;
  }
}

/** Whether there is any picture in a folder or the folders of it. */
export async function holdsPictures(root: string): Promise<boolean> {
  for await (const _ of walkPictures(root)) return true;
  return false;
}

/** A link that leads nowhere is no folder, and is reported by name where it is called as a picture. */
const leadsToFolder = (path: string) =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
