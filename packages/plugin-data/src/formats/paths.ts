import { stat } from 'node:fs/promises';
import { basename, isAbsolute, posix, resolve } from 'node:path';
import { SvError } from '@streetvision/core';

/** What `stat` finds at a place, or nothing. Throws `SV_DATA_SOURCE` where it may not look. */
export async function findKind(path: string): Promise<'file' | 'folder' | undefined> {
  try {
    const found = await stat(path);
    return found.isDirectory() ? 'folder' : 'file';
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    // A reference that is no path at all, such as an address, is not there either.
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG' || code === 'ERR_INVALID_ARG_VALUE') return;
    throw new SvError('SV_DATA_SOURCE', `\`${path}\` could not be looked at: ${code ?? String(error)}.`, {
      fix: 'Give this user the permission to read it.',
      cause: error,
    });
  }
}

/** A path in a dataset with `/` between its parts, whoever wrote it. */
export const withSlashes = (path: string) => path.replaceAll('\\', '/');

/**
 * A path that a dataset names, relative to the dataset's folder. What leads out of the folder is refused: a dataset that
 * was downloaded must not read other files of this machine. Throws `SV_DATA_FORMAT`.
 */
export function insideFolder(path: string): string {
  const plain = posix.normalize(withSlashes(path.trim()));
  const climbs = plain === '..' || plain.startsWith('../');
  if (climbs || isAbsolute(plain) || /^[a-z]:/i.test(plain) || plain.includes('\0')) {
    throw new SvError('SV_DATA_FORMAT', `The path \`${path}\` leads out of the folder of the dataset.`, {
      fix: 'Paths are relative to that folder and stay in it.',
    });
  }
  if (plain === '.' || plain === '') {
    throw new SvError('SV_DATA_FORMAT', `The path ${JSON.stringify(path)} names no file.`);
  }
  return plain;
}

/**
 * The file that a reference means: itself, or, where it is a folder, the first of `names` in it. Nothing where there is
 * none of them.
 */
export async function findFile(dir: string, ref: string, names: readonly string[]): Promise<string | undefined> {
  const path = resolve(dir, ref);
  const kind = await findKind(path);
  if (kind === 'file') return path;
  if (kind === undefined) return undefined;
  for (const name of names) {
    if ((await findKind(resolve(path, name))) === 'file') return resolve(path, name);
  }
  return undefined;
}

/** As `findFile`. Throws `SV_DATA_NOT_FOUND`. */
export async function requireFile(dir: string, ref: string, names: readonly string[]): Promise<string> {
  const file = await findFile(dir, ref, names);
  if (file !== undefined) return file;
  const there = await findKind(resolve(dir, ref));
  const what = there === 'folder' ? `The folder \`${ref}\` holds no ${names.join(' or ')}.` : `There is no \`${ref}\`.`;
  throw new SvError('SV_DATA_NOT_FOUND', what, { fix: `Paths start from ${resolve(dir)}.` });
}

/** Says whether a reference is such a file, or a folder that holds one of `names`. */
export async function isFileOf(dir: string, ref: string, names: readonly string[], pattern: RegExp): Promise<boolean> {
  const file = await findFile(dir, ref, names);
  return file !== undefined && (pattern.test(basename(file)) || names.includes(basename(file)));
}
