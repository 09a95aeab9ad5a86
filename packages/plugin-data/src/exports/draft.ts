import { mkdir, readdir, readFile, rename, rm, rmdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { SvError } from '@streetvision/core';
import { findKind } from '../formats/paths.js';
import { writeText } from './write-text.js';

const PASSPORT = '.export.json';

/**
 * The folder that an export grows in, beside where it will be. What an interrupted export of the same left there is
 * kept. Throws `SV_OUTPUT_WRITE` where the place is taken.
 */
export async function openDraft(
  out: string,
  identity: Readonly<Record<string, unknown>>,
): Promise<{ readonly folder: string; finish(): Promise<void> }> {
  const target = resolve(out);
  const kind = await findKind(target);
  if (kind === 'file' || (kind === 'folder' && (await readdir(target)).length > 0)) {
    throw new SvError('SV_OUTPUT_WRITE', `\`${out}\` is there already, and an export does not write over anything.`, {
      fix: 'Name another folder, or remove this one.',
    });
  }
  const folder = `${target}.partial`;
  const passport = `${JSON.stringify(identity)}\n`;
  if ((await findKind(folder)) !== undefined) {
    const before = await readFile(join(folder, PASSPORT), 'utf8').catch(() => '');
    if (before !== passport) {
      throw new SvError('SV_OUTPUT_WRITE', `\`${out}.partial\` is what another export left behind.`, {
        fix: 'Remove it, or go on with that export by the same command.',
      });
    }
  }
  await mkdir(folder, { recursive: true });
  await writeText(join(folder, PASSPORT), passport);
  return {
    folder,
    async finish() {
      await rm(join(folder, PASSPORT));
      if (kind === 'folder') await rmdir(target);
      await rename(folder, target);
    },
  };
}
