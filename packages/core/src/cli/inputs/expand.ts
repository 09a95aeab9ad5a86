import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { glob, isDynamicPattern } from 'tinyglobby';
import { SvError } from '../../errors/sv-error.js';
import { walk } from './walk.js';

/** Addresses are not fetched; a file of such a name is written `./https:/…`. */
export const isUrl = (argument: string) => /^[a-z][a-z\d+.-]+:\/\//i.test(argument);

/**
 * Paths of what an argument of `sv run` names: a file as it is, the pictures of a folder, the files of a glob.
 * A path that does not exist comes through, so that it becomes a row with an error.
 */
export async function* expand(argument: string, cwd: string): AsyncGenerator<string> {
  if (argument === '') {
    throw new SvError('SV_CLI_USAGE', 'An input is empty, expected a file, a folder or a glob.', {
      fix: 'Perhaps a shell variable is not set; for this folder write a dot.',
    });
  }
  const found = await stat(resolve(cwd, argument)).catch(() => undefined);
  if (found?.isDirectory()) yield* walk(argument, cwd);
  else if (found || isUrl(argument) || !isDynamicPattern(argument)) yield argument;
  else yield* await glob(argument, { cwd, onlyFiles: true, expandDirectories: false }).then((paths) => paths.sort());
}
