import { createReadStream } from 'node:fs';
import { stat, truncate } from 'node:fs/promises';
import { resolve } from 'node:path';
import { SvError } from '../errors/sv-error.js';
import { type ResultRow, resultRow } from './output/row.js';

export interface Earlier {
  /** Names of the inputs that need not be run again. */
  readonly done: ReadonlySet<string>;
  /** How many rows there were. */
  readonly rows: number;
  /** Bytes of whole lines: a crash may have left the beginning of another. `undefined` where there is no file yet. */
  readonly wholeBytes: number | undefined;
}

/**
 * Rows of an earlier run. A last line without its end is the trace of a crash, and left out.
 * @throws {SvError} `SV_OUTPUT_DAMAGED`
 */
export async function* readRows(file: string, cwd: string): AsyncGenerator<{ row: ResultRow; endsAt: number }> {
  let number = 0;
  for await (const { text, endsAt } of wholeLines(resolve(cwd, file))) {
    number++;
    if (text.trim() !== '') yield { row: parseRow(text, file, number), endsAt };
  }
}

/** Not by `readline`: on Node 24 it ends a line at U+2028 too, which may be in a file name and so in a JSON string. */
async function* wholeLines(path: string): AsyncGenerator<{ text: string; endsAt: number }> {
  let rest: Buffer = Buffer.alloc(0);
  let start = 0;
  for await (const chunk of createReadStream(path)) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    let from = 0;
    for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, from)) {
      yield { text: bytes.toString('utf8', from, at), endsAt: start + at + 1 };
      from = at + 1;
    }
    start += from;
    rest = bytes.subarray(from);
  }
}

/**
 * What a results file says is done. Without the file nothing is.
 * @param retryErrors leaves out inputs whose row is an error, so that they are run again
 * @throws {SvError} `SV_OUTPUT_DAMAGED`
 */
export async function readEarlier(file: string, cwd: string, retryErrors: boolean): Promise<Earlier> {
  const found = await stat(resolve(cwd, file)).catch(() => undefined);
  const done = new Set<string>();
  if (!found) return { done, rows: 0, wholeBytes: undefined };
  if (!found.isFile()) throw damaged(file, 'it is not a file');
  let rows = 0;
  let wholeBytes = 0;
  for await (const { row, endsAt } of readRows(file, cwd)) {
    rows++;
    wholeBytes = endsAt;
    // A later row of the same input replaces an earlier one.
    if ('error' in row && retryErrors) done.delete(row.input);
    else done.add(row.input);
  }
  return { done, rows, wholeBytes };
}

/** Cuts off what a crash left of a line, so that new rows begin on a line of their own. */
export async function cutTornLine(file: string, cwd: string, wholeBytes: number): Promise<void> {
  const path = resolve(cwd, file);
  if ((await stat(path)).size > wholeBytes) await truncate(path, wholeBytes);
}

function parseRow(line: string, file: string, number: number): ResultRow {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw damaged(file, `line ${number} is not JSON`, cause);
  }
  const parsed = resultRow.safeParse(value);
  if (!parsed.success) throw damaged(file, `line ${number} is not a row of results`, parsed.error);
  return parsed.data;
}

function damaged(file: string, what: string, cause?: unknown): SvError {
  return new SvError('SV_OUTPUT_DAMAGED', `--resume received \`${file}\`, but ${what}.`, {
    fix: 'Give a file that was written with `sv run --jsonl`.',
    cause,
  });
}
