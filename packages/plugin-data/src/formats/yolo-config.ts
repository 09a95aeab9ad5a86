import { readFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, posix, resolve } from 'node:path';
import { SvError } from '@streetvision/core';
import { parseDocument } from 'yaml';
import { isRecord, wrongShape } from './json.js';
import { findKind, insideFolder, withSlashes } from './paths.js';
import { splitOfName } from './split-names.js';

export interface YoloConfig {
  /** Folder of the dataset. */
  readonly root: string;
  /** By index. */
  readonly names: ReadonlyMap<number, string>;
  /** Folders of pictures, or lists of them, relative to the root. */
  readonly parts: readonly { readonly split: string; readonly place: string }[];
}

/** Reads `data.yaml`. Throws `SV_DATA_FORMAT` with the key that is wrong. */
export async function readYoloConfig(file: string): Promise<YoloConfig> {
  const document = parseDocument(await readFile(file, 'utf8'));
  const [error] = document.errors;
  if (error) throw new SvError('SV_DATA_FORMAT', `${basename(file)} is not YAML: ${error.message}`, { cause: error });
  const value = plainOf(document, basename(file));
  if (!isRecord(value)) throw wrongShape(file, '(whole file)', value, 'train, val and names');
  const root = await rootOf(file, value.path);
  const parts: { split: string; place: string }[] = [];
  for (const key of ['train', 'val', 'valid', 'calibration', 'test']) {
    const places = value[key];
    if (places === undefined || places === null || places === '') continue;
    for (const place of Array.isArray(places) ? places : [places]) {
      if (typeof place !== 'string') throw wrongShape(file, key, place, 'a folder, a list of pictures, or several');
      parts.push({ split: splitOfName(key) as string, place: await placeIn(root, place) });
    }
  }
  if (parts.length === 0) throw wrongShape(file, 'train', undefined, 'a folder of pictures');
  return { root, names: namesOf(file, value.names), parts };
}

/** Throws `SV_DATA_FORMAT` where aliases blow the document up. */
function plainOf(document: ReturnType<typeof parseDocument>, name: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw new SvError('SV_DATA_FORMAT', `${name} cannot be read: ${(error as Error).message}.`, { cause: error });
  }
}

function namesOf(file: string, names: unknown): ReadonlyMap<number, string> {
  const entries = Array.isArray(names) ? names.entries() : isRecord(names) ? Object.entries(names) : undefined;
  if (!entries) throw wrongShape(file, 'names', names, 'a list of class names');
  const found = new Map<number, string>();
  for (const [index, name] of entries) {
    if (!/^\d+$/.test(String(index)) || (typeof name !== 'string' && typeof name !== 'number')) {
      throw wrongShape(file, `names.${index}`, name, 'a class name by index');
    }
    found.set(Number(index), String(name));
  }
  return found;
}

/** `path` counts where it is a folder below the file's own; else it was another machine's, and the file's own counts. */
async function rootOf(file: string, path: unknown): Promise<string> {
  const folder = dirname(resolve(file));
  if (typeof path !== 'string' || isAbsolute(path) || withSlashes(path).split('/').includes('..')) return folder;
  return (await findKind(join(folder, path))) === 'folder' ? join(folder, path) : folder;
}

/** A place in the dataset. Exports of Roboflow write `../train/images` for `train/images`. */
async function placeIn(root: string, place: string): Promise<string> {
  const plain = posix.normalize(withSlashes(place));
  const inner = plain.replace(/^(\.\.\/)+/, '');
  if (inner !== plain && (await findKind(join(root, inner))) !== undefined) return inner;
  return plain === '.' || plain === './' ? '.' : insideFolder(place).replace(/\/$/, '');
}
