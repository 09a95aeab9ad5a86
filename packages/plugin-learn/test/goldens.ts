import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where reference values computed with scipy and scikit-learn lie; tests that need them are skipped without. */
export const SHARED = process.env.SV_SHARED;

// biome-ignore lint/suspicious/noExplicitAny: reference files of many forms
export const readGolden = (path: string): any =>
  SHARED ? JSON.parse(readFileSync(join(SHARED, 'goldens', path), 'utf8')) : {};
