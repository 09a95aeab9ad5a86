import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { SvError } from '../errors/sv-error.js';
import { calibrationSchema } from './schema.js';
import type { Calibration } from './types.js';

/** Reads a `calibration.json`. Throws `SV_CALIBRATION_INVALID`. */
export async function readCalibration(path: string): Promise<Calibration> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw invalid(path, missing ? 'is not there' : `cannot be read: ${(cause as Error).message}`, cause);
  }
  return checkCalibration(value, path);
}

/** @param path for the message. Throws `SV_CALIBRATION_INVALID`. */
export function checkCalibration(value: unknown, path: string): Calibration {
  const { success, data, error } = calibrationSchema.safeParse(value);
  if (success) return data;
  const first = error.issues[0];
  throw invalid(path, `holds no calibration: \`${first?.path.join('.') || 'the file'}\`: ${first?.message}`);
}

function invalid(path: string, what: string, cause?: unknown): SvError {
  return new SvError('SV_CALIBRATION_INVALID', `${path} ${what}.`, {
    fix: `Make it with \`sv calibrate --data <labelled pictures> --out ${basename(path)}\`.`,
    ...(cause !== undefined && { cause }),
  });
}
