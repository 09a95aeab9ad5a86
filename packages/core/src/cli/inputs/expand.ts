import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { glob, isDynamicPattern } from 'tinyglobby';
import { walk } from './walk.js';

/**
 * Paths of what an argument of `sv run` names: a file as it is, the pictures of a folder, the files of a glob.
 * A path that does not exist comes through, so that it becomes a row with an error.
 */
export async function* expand(argument: string, cwd: string): AsyncGenerator<string> {
  const found = await stat(resolve(cwd, argument)).catch(() => undefined);
  if (found?.isDirectory()) yield* walk(argument, cwd);
  else if (found || !isDynamicPattern(argument)) yield argument;
  else yield* await glob(argument, { cwd, onlyFiles: true, expandDirectories: false }).then((paths) => paths.sort());
}
