import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { isMissing, notWritten } from './problems.js';

/**
 * Says before long work whether its result can be written: `path` is free or of the right kind, and the nearest folder
 * that is there takes new entries. Makes nothing. Throws `SV_OUTPUT_WRITE`.
 */
export async function checkOutput(path: string, kind: 'file' | 'folder' = 'file'): Promise<void> {
  const target = resolve(path);
  const found = await look(target, path);
  if (found && found.isDirectory() !== (kind === 'folder')) {
    throw notWritten(path, new Error(`it is ${found.isDirectory() ? 'a folder' : 'a file'}, expected a ${kind}`));
  }
  if (found && kind === 'file' && !found.isFile()) return; // a pipe or a device
  let parent = dirname(target);
  let there = await look(parent, path);
  while (!there && parent !== dirname(parent)) {
    parent = dirname(parent);
    there = await look(parent, path);
  }
  if (there && !there.isDirectory()) throw notWritten(path, new Error(`${parent} is no folder`));
  await access(parent, constants.W_OK).catch((cause) => {
    throw notWritten(path, cause);
  });
}

async function look(entry: string, path: string) {
  return stat(entry).catch((cause: NodeJS.ErrnoException) => {
    // Something on the way that is no folder is found when the way is walked up.
    if (isMissing(cause) || cause.code === 'ENOTDIR') return undefined;
    throw notWritten(path, cause);
  });
}
