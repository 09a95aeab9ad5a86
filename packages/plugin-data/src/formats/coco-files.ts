import { readdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { findKind } from './paths.js';
import { splitOfName } from './split-names.js';
import { readStart } from './start.js';

export interface CocoPart {
  readonly file: string;
  readonly split?: string;
}

const PARTS = ['train', 'valid', 'val', 'test'];

/**
 * The COCO files at a place: a JSON file; or in a folder `labels.json`, `_annotations.coco.json` (also one in each of
 * `train`, `valid` and `test`), or `annotations/instances_<part>.json`.
 * @param named the user has named the format: a JSON file is taken without a look at it
 */
export async function findCocoFiles(dir: string, ref: string, { named = false } = {}): Promise<readonly CocoPart[]> {
  const path = resolve(dir, ref);
  const kind = await findKind(path);
  if (kind === 'file') {
    if (!/\.json$/i.test(path) || !(named || (await looksLikeCoco(path)))) return [];
    const split = splitOfFile(basename(path));
    return [{ file: path, ...(split === undefined ? {} : { split }) }];
  }
  if (kind === undefined) return [];
  for (const name of ['_annotations.coco.json', 'labels.json', 'annotations.json', 'coco.json']) {
    const file = join(path, name);
    if ((await findKind(file)) === 'file' && (await looksLikeCoco(file))) return [{ file }];
  }
  const parts: CocoPart[] = [];
  for (const part of PARTS) {
    const file = join(path, part, '_annotations.coco.json');
    if ((await findKind(file)) === 'file') parts.push({ file, split: splitOfName(part) as string });
  }
  if (parts.length > 0) return parts;
  const folder = join(path, 'annotations');
  if ((await findKind(folder)) !== 'folder') return [];
  for (const name of (await readdir(folder)).sort()) {
    if (!/^instances_.*\.json$/i.test(name)) continue;
    const split = splitOfFile(name);
    parts.push({ file: join(folder, name), ...(split === undefined ? {} : { split }) });
  }
  return parts;
}

/** `instances_val2017.json` is of the part `calibration`. */
const splitOfFile = (name: string) => splitOfName(/^instances_([a-z]+)/i.exec(name)?.[1]);

async function looksLikeCoco(file: string): Promise<boolean> {
  const start = await readStart(file);
  return (
    /^\s*\{/.test(start) && /"(images|categories|annotations)"\s*:\s*\[/.test(start) && !/"image_path"\s*:/.test(start)
  );
}

/** The folder that file names are relative to: the first that holds the first picture. */
export async function findPictures(file: string, first: string | undefined): Promise<string> {
  const folder = dirname(file);
  if (first === undefined) return folder;
  const part = /^instances_(.*)\.json$/i.exec(basename(file))?.[1];
  const places = [
    '.',
    'data',
    'images',
    '../images',
    '..',
    '../data',
    ...(part ? [`../${part}`, `../images/${part}`] : []),
  ];
  for (const place of places) {
    if ((await findKind(resolve(folder, place, first))) === 'file') return resolve(folder, place);
  }
  return folder;
}
