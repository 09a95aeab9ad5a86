import { access, constants, stat, statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { withoutFix } from '../../errors/attribute.js';
import { isSvError } from '../../errors/sv-error.js';
import { defaultCacheFolder } from '../../models/cache-folder.js';
import { size } from '../../models/disk.js';
import { createModelStore } from '../../models/index.js';
import type { Finding, Logger, ModelsOptions } from '../../types/index.js';
import { ok, problem, type Section, warning } from './types.js';

const LITTLE_BYTES = 1e9;

/** Where weights lie: is it there, can it be written, how much is in it, how much fits. */
export async function modelCache(options: ModelsOptions | undefined, dir: string, log: Logger): Promise<Section> {
  const folder = resolve(dir, options?.cache ?? defaultCacheFolder());
  const findings: Finding[] = [];
  const parent = await nearest(folder);
  try {
    await access(parent, constants.W_OK);
    if (!(await stat(parent)).isDirectory()) throw new Error(`${parent} is a file`);
    const { bavail, bsize } = await statfs(parent);
    const free = bavail * bsize;
    const text = `${folder}${parent === folder ? '' : ' (made when first needed)'}, ${size(free)} free`;
    findings.push(free > LITTLE_BYTES ? ok(text) : warning(text, 'Free some space, or set SV_CACHE to another disk.'));
  } catch (error) {
    findings.push(
      problem(`${folder} cannot be written: ${(error as Error).message}`, 'Set SV_CACHE to a folder that can.'),
    );
  }
  if (parent === folder) findings.push(await contents(folder, dir, options?.lock, log));
  return { title: 'model cache', findings };
}

async function contents(folder: string, dir: string, lock: string | undefined, log: Logger): Promise<Finding> {
  try {
    const files = await createModelStore({ cache: folder, dir, offline: true, lock, log }).list();
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    const unused = files.filter(({ used }) => !used).length;
    const rest = unused > 0 ? `; ${unused} of them not pinned here (\`sv models prune\`)` : '';
    return ok(`${files.length} model file${files.length === 1 ? '' : 's'}, ${size(bytes)}${rest}`);
  } catch (error) {
    if (!isSvError(error)) throw error;
    return problem(withoutFix(error), error.fix);
  }
}

/** The folder itself, or the nearest one above it that exists. */
async function nearest(folder: string): Promise<string> {
  const there = await stat(folder).then(
    () => true,
    () => false,
  );
  return there || dirname(folder) === folder ? folder : nearest(dirname(folder));
}
