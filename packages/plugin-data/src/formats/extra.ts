import { join } from 'node:path';
import type { Box } from '@streetvision/core';
import { readBoxes } from './boxes.js';
import { isRecord, type Json, readJson, wrongShape } from './json.js';
import { findKind } from './paths.js';
import { splitOfName } from './split-names.js';

/** What `extra.json` beside a dataset says of a sample that the dataset's own format has no place for. */
export interface Extra {
  readonly id?: unknown;
  readonly label?: unknown;
  readonly group?: unknown;
  readonly source?: unknown;
  readonly split?: unknown;
  readonly boxes?: readonly Box[];
  readonly meta: Json;
}

/** Reads `extra.json`, by the file name without extension; empty where there is none. Throws `SV_DATA_FORMAT`. */
export async function readExtra(folder: string): Promise<ReadonlyMap<string, Extra>> {
  const file = join(folder, 'extra.json');
  if ((await findKind(file)) !== 'file') return new Map();
  const value = await readJson(file);
  if (!isRecord(value)) throw wrongShape(file, '(whole file)', value, 'an object by file name');
  const extras = new Map<string, Extra>();
  for (const [stem, said] of Object.entries(value)) {
    if (!isRecord(said)) throw wrongShape(file, stem, said, 'an object');
    extras.set(stem, extraOf(said));
  }
  return extras;
}

/** Takes what has a meaning out of free keys; the rest is metadata. */
export function extraOf({ id, label, group, source, split, meta, boxes, ...rest }: Json): Extra {
  const part = typeof split === 'string' ? (splitOfName(split) ?? split) : split;
  return {
    ...(id === undefined ? {} : { id }),
    ...(label === undefined ? {} : { label }),
    ...(group === undefined ? {} : { group }),
    ...(source === undefined ? {} : { source }),
    ...(part === undefined ? {} : { split: part }),
    ...(boxes === undefined ? {} : { boxes: readBoxes(boxes) }),
    meta: { ...rest, ...(isRecord(meta) ? meta : {}) },
  };
}
