import { mkdir, readdir, readFile, rename, rm, rmdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { SvError } from '@streetvision/core';
import { writeWhole } from '../cache/write-whole.js';
import { findKind } from '../formats/paths.js';

const PASSPORT = '.export.json';
/** Remembers pictures that were written; see `exportDataset` and `writeParquet`. */
export const PICTURE_JOURNAL = '.written.jsonl';
export const SHARD_JOURNAL = '.shards.jsonl';

/**
 * The folder that an export grows in, beside where it will be. What an interrupted export of the same left there is
 * kept. Throws `SV_OUTPUT_WRITE` where the place is taken.
 */
export async function openDraft(
  out: string,
  identity: Readonly<Record<string, unknown>>,
): Promise<{ readonly folder: string; finish(): Promise<void> }> {
  const target = resolve(out);
  const folder = `${target}.partial`;
  const passport = `${JSON.stringify(identity)}\n`;
  const isOurs = async (place: string) =>
    (await readFile(join(place, PASSPORT), 'utf8').catch(() => undefined)) === passport;
  let kind = await findKind(target);
  const taken = kind === 'file' || (kind === 'folder' && (await readdir(target)).length > 0);
  // Named already, but its journals are still in it: the end of that export was cut off.
  if (taken && (await isOurs(target)) && (await findKind(folder)) === undefined) {
    await rename(target, folder);
    kind = undefined;
  } else if (taken) {
    throw new SvError('SV_OUTPUT_WRITE', `\`${out}\` is there already, and an export does not write over anything.`, {
      fix: 'Name another folder, or remove this one.',
    });
  }
  if ((await findKind(folder)) !== undefined && !(await isOurs(folder)) && !(await isNew(folder))) {
    throw new SvError('SV_OUTPUT_WRITE', `\`${out}.partial\` is what another export left behind.`, {
      fix: 'Remove it, or go on with that export by the same command.',
    });
  }
  await mkdir(folder, { recursive: true });
  await writeWhole(join(folder, PASSPORT), passport);
  return {
    folder,
    async finish() {
      if (kind === 'folder') await rmdir(target);
      await rename(folder, target);
      // The passport last: as long as it is there, the next call knows what was cut off.
      for (const name of [PICTURE_JOURNAL, SHARD_JOURNAL, PASSPORT]) await rm(join(target, name), { force: true });
    },
  };
}

/** A folder in which nothing was begun: an export was cut off before it had signed it. */
async function isNew(folder: string): Promise<boolean> {
  if ((await findKind(folder)) !== 'folder') return false;
  return (await readdir(folder)).every((name) => name.startsWith(`${PASSPORT}.`));
}
