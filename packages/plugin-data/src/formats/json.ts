import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { SvError } from '@streetvision/core';

/** Reads a JSON file. Throws `SV_DATA_FORMAT`, `SV_DATA_SOURCE`. */
export async function readJson(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new SvError('SV_DATA_SOURCE', `${basename(file)} could not be read: ${error.message}.`, { cause: error });
  });
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new SvError('SV_DATA_FORMAT', `${basename(file)} is not JSON: ${(error as Error).message}.`, {
      fix: 'Perhaps it was cut off while it was copied.',
      cause: error,
    });
  }
}

export type Json = Readonly<Record<string, unknown>>;

export const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A list under a key. Throws `SV_DATA_FORMAT` that names the key. */
export function listAt(value: Json, key: string, file: string): readonly unknown[] {
  const list = value[key];
  if (Array.isArray(list)) return list;
  throw wrongShape(file, key, list, 'a list');
}

/** The error for a part of a file that has not the form it should have. */
export const wrongShape = (file: string, key: string, value: unknown, expected: string) =>
  new SvError(
    'SV_DATA_FORMAT',
    `\`${key}\` of ${basename(file)} is ${value === undefined ? 'missing' : JSON.stringify(value).slice(0, 80)}, expected ${expected}.`,
  );
