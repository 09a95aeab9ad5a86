import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { isSvError, type SvError } from '../../src/errors/sv-error.js';
import { createModelStore, type ModelStoreOptions } from '../../src/models/index.js';
import type { Logger } from '../../src/types/index.js';

/** A folder that is gone after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sv-models-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Log lines as text, to look for what must not be in them. */
export function recordingLog(): Logger & { readonly lines: string[] } {
  const lines: string[] = [];
  const write = (level: string) => (message: string, fields?: object) =>
    void lines.push(`${level} ${message} ${JSON.stringify(fields ?? {})}`);
  return { lines, debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}

/** A store in a folder of its own: `<dir>/cache`, `<dir>/sv.lock`. */
export async function openStore(options: Partial<ModelStoreOptions> = {}) {
  const dir = options.dir ?? (await temporaryFolder());
  const log = recordingLog();
  const store = createModelStore({
    log,
    dir,
    cache: 'cache',
    offline: false,
    token: '',
    retries: 3,
    backoffMs: 1,
    ...options,
  });
  return { store, dir, log };
}

/** The error that a promise ends with. */
export async function failure(promise: Promise<unknown>): Promise<SvError> {
  try {
    await promise;
  } catch (error) {
    if (isSvError(error)) return error;
    throw error;
  }
  throw new Error('It did not fail.');
}
