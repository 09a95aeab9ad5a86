import { readFile } from 'node:fs/promises';
import { SvError } from '@streetvision/core';
import { z } from 'zod';
import { isMissing } from './problems.js';

const FIX = 'Give a folder that `sv train --out` wrote, or train again.';

/** A file of JSON lines as it is, each line checked; `undefined` where there is none. Throws `SV_RUN_INVALID`. */
export async function readLines<T>(path: string, schema: z.ZodType<T>): Promise<T[] | undefined> {
  const text = await readText(path);
  if (text === undefined) return undefined;
  const lines = text.split('\n');
  // The last line has its line feed.
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line, i) => readJson(line, schema, `${path}, line ${i + 1}`));
}

/** The text of a file; `undefined` where there is none. Throws `SV_RUN_INVALID` where it cannot be read. */
export async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw invalid(`${path} cannot be read: ${(cause as Error).message}.`, cause);
  }
}

/**
 * JSON that fits a schema, as it is: what the schema does not name stays. Throws `SV_RUN_INVALID`.
 * @param where the file, and the line where it has several
 */
export function readJson<T>(text: string, schema: z.ZodType<T>, where: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid(`${where} is not JSON.`, cause);
  }
  const result = schema.safeParse(value);
  if (result.success) return value as T;
  throw invalid(`${where}: ${z.prettifyError(result.error).split('\n').join(' ')}.`, result.error);
}

/** What a folder is found to be instead of a run. */
export const invalid = (message: string, cause?: unknown): SvError =>
  new SvError('SV_RUN_INVALID', message, { fix: FIX, ...(cause !== undefined && { cause }) });
