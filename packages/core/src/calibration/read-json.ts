import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { SvError } from '../errors/sv-error.js';

/** What a file that a rule reads should hold, and how it is made. */
export interface Expected {
  readonly schema: z.ZodType;
  /** `holds no calibration` */
  readonly otherwise: string;
  readonly fix: string;
}

/** Reads a file that a rule is bound to. Throws `SV_CALIBRATION_INVALID`. */
export async function readChecked(path: string, expected: Expected): Promise<unknown> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw invalid(path, missing ? 'is not there' : `cannot be read: ${(cause as Error).message}`, expected, cause);
  }
  const { success, data, error } = expected.schema.safeParse(value);
  if (success) return data;
  const first = error.issues[0];
  const where = first?.path.join('.') || 'the file';
  throw invalid(path, `${expected.otherwise}: \`${where}\`: ${first?.message}`, expected);
}

const invalid = (path: string, what: string, { fix }: Expected, cause?: unknown): SvError =>
  new SvError('SV_CALIBRATION_INVALID', `${path} ${what}.`, { fix, ...(cause !== undefined && { cause }) });
