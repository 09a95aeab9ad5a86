import { createReadStream } from 'node:fs';
import { SvError } from '@streetvision/core';
import { readLines } from '../formats/lines.js';
import { typed } from '../formats/typed.js';

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

/** Commas, semicolons or tabs, told from the first line, as in other tables. */
async function* readCsv(file: string): AsyncGenerator<UrlRow | { readonly line: number; readonly wrong: string }> {
  const { parse } = await import('csv-parse');
  const input = createReadStream(file);
  const parser = parse({
    ...{ bom: true, relax_column_count: true, info: true, skip_empty_lines: true, max_record_size: 1 << 20 },
    delimiter: await delimiterOf(file),
  });
  // `pipe` does not pass errors on.
  input.on('error', (error) => parser.destroy(error));
  let columns: readonly string[] | undefined;
  try {
    for await (const { record, info } of input.pipe(parser)) {
      const cells = record as readonly string[];
      if (!columns) {
        columns = cells.map((name) => name.trim());
        if (columns.includes('url')) continue;
        throw new Error(`its columns are ${columns.join(', ')}, expected one that is called url`);
      }
      if (cells.length !== columns.length) {
        const wrong = `The line has ${cells.length} fields, expected ${columns.length}: ${columns.join(', ')}.`;
        yield { line: info.lines, wrong };
        continue;
      }
      const names = columns;
      yield rowOf(
        Object.fromEntries(cells.map((cell, i) => [names[i], meaningOf(names[i] as string, cell)])),
        info.lines,
      );
    }
  } catch (error) {
    throw new SvError('SV_DATA_FORMAT', `${file} is no CSV: ${(error as Error).message}.`, { cause: error });
  } finally {
    input.destroy();
  }
}

const NAMED = ['url', 'label', 'group', 'source', 'split'];

/** What has a name of its own stays text; metadata is read as in other tables. */
const meaningOf = (column: string, cell: string): unknown => (NAMED.includes(column) ? cell : typed(cell));

async function delimiterOf(file: string): Promise<string> {
  for await (const { text } of readLines(file)) {
    const bare = text.replace(/"[^"]*"/g, '');
    const counts = [',', ';', '\t'].map((delimiter) => ({ delimiter, count: bare.split(delimiter).length }));
    return counts.reduce((best, one) => (one.count > best.count ? one : best)).delimiter;
  }
  return ',';
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
