import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { count } from '../progress.js';
import type { FormatName } from './index.js';

/** What a results file holds that new rows take the place of, such as `3 earlier rows`; `undefined` where it holds nothing. */
export async function replacedRows(
  file: string,
  cwd: string,
  format: FormatName | undefined,
): Promise<string | undefined> {
  const path = resolve(cwd, file);
  const found = await stat(path).catch(() => undefined);
  // A pipe or a device keeps nothing, and reading would wait for ever.
  if (!found?.isFile() || found.size === 0) return undefined;
  // In the other forms a row is no line.
  if (format !== 'jsonl') return `the ${count(found.size)} bytes`;
  let rows = 0;
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) rows++;
    }
  } catch {
    // It may be written without being read.
    return 'the earlier rows';
  }
  return `${count(rows)} earlier row${rows === 1 ? '' : 's'}`;
}
