import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SvError } from '@streetvision/core';

const PICTURE = /\.(jpe?g|jpe|jfif|png|webp|avif|tiff?|gif)$/i;

/** Whether a name is that of a picture. Hidden files are none. */
export const isPicture = (name: string) => PICTURE.test(name) && !name.startsWith('.');

/**
 * Pictures in a folder and in the folders of it, relative to it, with `/`, in the order of their names. What is hidden
 * is passed by; links to files are followed, links to folders are not, for they may lead in circles. Throws
 * `SV_DATA_SOURCE` where a folder cannot be read.
 */
export async function* walkPictures(root: string, under = ''): AsyncGenerator<string> {
  const folder = join(root, under);
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw new SvError('SV_DATA_SOURCE', `The folder \`${folder}\` could not be read: ${(error as Error).message}.`, {
      cause: error,
    });
  });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
    const path = under === '' ? entry.name : `${under}/${entry.name}`;
    if (entry.isDirectory()) yield* walkPictures(root, path);
    else if (isPicture(entry.name) && (entry.isFile() || (await leadsToFile(join(root, path))))) yield path;
  }
}

/** Whether there is any picture in a folder or the folders of it. */
export async function holdsPictures(root: string): Promise<boolean> {
  for await (const _ of walkPictures(root)) return true;
  return false;
}

/** A link that leads nowhere is taken too, and is reported by name. */
const leadsToFile = (path: string) =>
  stat(path).then(
    (found) => found.isFile(),
    () => true,
  );
