import { randomUUID } from 'node:crypto';
import { lstat, mkdir, readdir, realpath, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { checkOutput } from './check-output.js';
import { isMissing, notWritten } from './problems.js';
import { sweep } from './sweep.js';

/** Files by their path in the folder; the last one is the seal, without which the folder means nothing. */
export type FolderFiles = Readonly<Record<string, string | Uint8Array>>;

/**
 * Writes a folder whole or not at all: everything goes to a folder beside it. One that is there is renamed aside, the
 * new one takes its name, files that are none of ours move over, and the old one goes. Killed between, the next
 * `openFolder` puts things right. Throws `SV_OUTPUT_WRITE`.
 *
 * @param stale files of the old folder that must not stay although the new one has none of that name
 */
export async function writeFolder(out: string, files: FolderFiles, stale: readonly string[] = []): Promise<void> {
  const target = await placeOf(out);
  const own = new Set([...Object.keys(files), ...stale]);
  const beside = sibling(target, 'tmp');
  await openFolder(out, stale);
  try {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(dirname(join(beside, name)), { recursive: true });
      await writeFile(join(beside, name), content);
    }
    await replace(target, beside, files, own);
  } catch (cause) {
    throw notWritten(out, cause);
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}

/**
 * Says whether a folder can be written, and puts right what a process left that was killed while it wrote: a folder that
 * was renamed aside gets its name back, or what is not ours of it moves over. Throws `SV_OUTPUT_WRITE`.
 */
export async function openFolder(out: string, stale: readonly string[] = []): Promise<void> {
  const target = await placeOf(out);
  await checkOutput(out, 'folder');
  const [parent, own] = [dirname(target), `.${basename(target)}.`];
  const names = await readdir(parent).catch((error) => {
    if (isMissing(error)) return [];
    throw notWritten(out, error);
  });
  try {
    for (const name of names) {
      if (!name.startsWith(own) || !name.endsWith('.old')) continue;
      if (await isThere(target)) await retire(join(parent, name), target, new Set(stale));
      else await rename(join(parent, name), target);
    }
  } catch (cause) {
    throw notWritten(out, cause);
  }
  await sweep(parent, (name) => name.startsWith(own) && name.endsWith('.tmp'));
}

/** Where a link leads, so that the link stays. */
const placeOf = (out: string): Promise<string> => realpath(out).catch(() => resolve(out));

const sibling = (target: string, end: string) => join(dirname(target), `.${basename(target)}.${randomUUID()}.${end}`);

async function replace(target: string, beside: string, files: FolderFiles, own: ReadonlySet<string>): Promise<void> {
  if (await isFree(target)) {
    if (await isThere(target)) await rmdir(target);
    await rename(beside, target);
    return;
  }
  const old = sibling(target, 'old');
  if (holdsUs(target) || !(await renamed(target, old))) return replaceInPlace(target, beside, files, own);
  try {
    await rename(beside, target);
  } catch (error) {
    await rename(old, target);
    throw error;
  }
  await retire(old, target, own);
}

/** A folder that a process stands in, or that a disk is mounted at, keeps its place: file by file, the seal last. */
async function replaceInPlace(target: string, beside: string, files: FolderFiles, own: ReadonlySet<string>) {
  const names = Object.keys(files);
  for (const name of [names.at(-1) as string, ...own].filter((one, i) => i === 0 || !(one in files))) {
    await rm(join(target, name), { force: true });
  }
  for (const name of names) {
    await mkdir(dirname(join(target, name)), { recursive: true });
    await rename(join(beside, name), join(target, name));
  }
}

const holdsUs = (target: string): boolean => {
  const way = relative(target, process.cwd());
  return way === '' || !(way === '..' || /^\.\.[\\/]/.test(way) || isAbsolute(way));
};

/** `false` where the system does not let the folder be renamed, as where a disk is mounted. */
async function renamed(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (['EBUSY', 'EXDEV', 'EPERM', 'EACCES'].includes(`${(error as NodeJS.ErrnoException).code}`)) return false;
    throw error;
  }
}

/** Moves what is not ours to the new folder, then removes the old one. */
async function retire(old: string, target: string, own: ReadonlySet<string>): Promise<void> {
  await carry(old, target, own, '');
  await rm(old, { recursive: true, force: true });
}

async function carry(old: string, target: string, own: ReadonlySet<string>, folder: string): Promise<void> {
  for (const entry of await readdir(join(old, folder), { withFileTypes: true })) {
    const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (own.has(name)) continue;
    if (!(await isThere(join(target, name)))) await rename(join(old, name), join(target, name));
    else if (entry.isDirectory()) await carry(old, target, own, name);
  }
}

const isThere = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    (error) => {
      if (isMissing(error)) return false;
      throw error;
    },
  );

async function isFree(folder: string): Promise<boolean> {
  try {
    return (await readdir(folder)).length === 0;
  } catch (error) {
    if (isMissing(error)) return true;
    throw error;
  }
}
