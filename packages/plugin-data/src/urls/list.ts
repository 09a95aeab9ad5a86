import { createReadStream } from 'node:fs';
import { SvError } from '@streetvision/core';
import { readLines } from '../formats/lines.js';

/** One line of a list. */
export interface UrlRow {
  readonly line: number;
  readonly url: unknown;
  readonly label?: unknown;
  readonly group?: unknown;
  readonly source?: unknown;
  readonly split?: unknown;
  readonly meta: Readonly<Record<string, unknown>>;
}

/**
 * The rows of a list: `.jsonl` with `url` and any other keys, `.csv` with a `url` column, else lines of text
 * `url [label [group]]` in which `#` begins a remark. Throws `SV_DATA_FORMAT` for a line that is none.
 */
export async function* readUrlList(
  file: string,
): AsyncGenerator<UrlRow | { readonly line: number; readonly wrong: string }> {
  if (/\.csv$/i.test(file)) {
    yield* readCsv(file);
    return;
  }
  const json = /\.(jsonl|ndjson)$/i.test(file);
  for await (const { text, line } of readLines(file)) {
    if (json) yield jsonRow(text, line);
    else if (!/^\s*#/.test(text)) {
      const [url, label, group, more] = text.trim().split(/\s+/);
      if (more !== undefined && !more.startsWith('#')) yield { line, wrong: 'It has more than `url label group`.' };
      else yield { line, url, label, group, meta: {} };
    }
  }
}

async function* readCsv(file: string): AsyncGenerator<UrlRow> {
  const { parse } = await import('csv-parse');
  const records = createReadStream(file).pipe(
    parse({ bom: true, columns: true, relax_column_count: true, info: true, skip_empty_lines: true }),
  );
  try {
    for await (const { record, info } of records) yield rowOf(record, info.lines);
  } catch (error) {
    throw new SvError('SV_DATA_FORMAT', `${file} is no CSV: ${(error as Error).message}.`, { cause: error });
  }
}

function jsonRow(text: string, line: number): UrlRow | { line: number; wrong: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { line, wrong: 'It is no JSON.' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { line, wrong: 'It is no object.' };
  return rowOf(value as Record<string, unknown>, line);
}

function rowOf({ url, label, group, source, split, ...rest }: Record<string, unknown>, line: number): UrlRow {
  return { line, url, label, group, source, split, meta: rest };
}
