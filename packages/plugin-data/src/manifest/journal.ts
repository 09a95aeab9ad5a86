import { open, rm } from 'node:fs/promises';
import { isRecord } from '../formats/json.js';
import { readLines } from '../formats/lines.js';
import { findKind } from '../formats/paths.js';

/** Remembers what was computed, line by line, so that a run that was interrupted goes on where it was. */
export interface Journal<T> {
  get(key: string): T | undefined;
  add(key: string, value: T): Promise<void>;
  /** @param done the work is complete: the file is removed */
  close(done: boolean): Promise<void>;
}

/**
 * Opens a journal; a last line that was cut off is passed over.
 * @param of what it was computed from: a journal whose first line says something else is begun anew. JSON values
 */
export async function openJournal<T>(file: string, of?: Readonly<Record<string, unknown>>): Promise<Journal<T>> {
  const known = new Map<string, T>();
  const first = of === undefined ? undefined : JSON.stringify({ of });
  let begun = false;
  if ((await findKind(file)) === 'file') {
    for await (const { text } of readLines(file)) {
      if (first !== undefined && !begun) {
        if (text !== first) break;
        begun = true;
        continue;
      }
      const entry = parsed(text);
      if (isRecord(entry) && typeof entry.key === 'string') known.set(entry.key, entry.value as T);
    }
  }
  const anew = first !== undefined && !begun;
  if (anew) await rm(file, { force: true });
  const handle = await open(file, 'a');
  if (anew) await handle.appendFile(`${first}\n`);
  // A line that was cut off must not run into the next.
  else if ((await handle.stat()).size > 0) await handle.appendFile('\n');
  return {
    get: (key) => known.get(key),
    async add(key, value) {
      known.set(key, value);
      await handle.appendFile(`${JSON.stringify({ key, value })}\n`);
    },
    async close(done) {
      await handle.close();
      if (done) await rm(file, { force: true });
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Cut off when the earlier run ended; computed again.
    return undefined;
  }
}
