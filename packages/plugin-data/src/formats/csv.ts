import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { type DataContext, type DataFormat, type Dataset, didYouMean, SvError } from '@streetvision/core';
import { CsvError, parse } from 'csv-parse';
import { datasetOf, noGroup } from './dataset.js';
import { isFileOf, requireFile } from './paths.js';
import { ALIASES, type Field, fieldsOf, type Row, rowOf } from './row.js';
import { typed } from './typed.js';

const NAMES = ['labels.csv', 'labels.tsv'];

/** `labels.csv`: one row per picture, read as a stream. The first row names the columns. */
export const csv: DataFormat<'csv'> = {
  name: 'csv',
  description: 'labels.csv: file, label, group, source and any other columns',
  detect: (ref, ctx) => isFileOf(ctx.dir, ref, NAMES, /\.(csv|tsv)$/i),
  async open(ref, ctx): Promise<Dataset> {
    const file = await requireFile(ctx.dir, ref, NAMES);
    const head = await readHead(file, ctx);
    return datasetOf({ name: ref, root: dirname(file), rows: () => rowsOf(file, head, ctx) }, ctx);
  },
};

interface Head {
  readonly delimiter: string;
  readonly columns: readonly string[];
  readonly fields: Partial<Record<Field, string>>;
}

/** Reads the first row. Throws `SV_DATA_FORMAT` where it does not name what is needed. */
async function readHead(file: string, ctx: DataContext): Promise<Head> {
  const name = basename(file);
  const delimiter = await sniffDelimiter(file);
  const input = createReadStream(file);
  let columns: string[] | undefined;
  try {
    for await (const record of parsed(input, { delimiter, to: 1 })) {
      columns = (record as string[]).map((column) => column.trim());
    }
  } catch (error) {
    throw damaged(name, error);
  } finally {
    input.destroy();
  }
  if (!columns) {
    throw new SvError('SV_DATA_FORMAT', `${name} is empty, expected a first line such as \`file,label,group\`.`);
  }
  const twice = columns.find((column, i) => columns.indexOf(column) !== i);
  if (twice !== undefined) {
    throw new SvError('SV_DATA_FORMAT', `${name} has the column \`${twice}\` twice, expected each once.`);
  }
  const fields = fieldsOf(columns);
  if (fields.file === undefined) {
    throw new SvError(
      'SV_DATA_FORMAT',
      `${name} has the columns ${columns.join(', ')}, expected one that names the picture: ${ALIASES.file.join(', ')}.`,
      { fix: 'The first line of the file names its columns, for instance `file,label,group`.' },
    );
  }
  if (fields.label === undefined) {
    const near = columns.map((column) => didYouMean(column, ['label'])).some((hint) => hint !== '');
    const hint = near ? ' Is one of them misspelt?' : '';
    ctx.log.warn(
      `${name} has no column \`label\`, so no picture has a label. Columns are ${columns.join(', ')}.${hint}`,
    );
  }
  if (ctx.group !== undefined && !columns.includes(ctx.group)) throw noGroup(ctx.group, columns);
  return { delimiter, columns, fields };
}

async function* rowsOf(file: string, { delimiter, columns, fields }: Head, ctx: DataContext): AsyncGenerator<Row> {
  const name = basename(file);
  const meta = new Set(columns.filter((column) => !Object.values(fields).includes(column)));
  const input = createReadStream(file);
  try {
    for await (const { record, info } of parsed(input, { delimiter, from: 2, info: true })) {
      const where = `${name} line ${info.lines}`;
      if (record.length !== columns.length) {
        const message = `The line has ${record.length} fields, expected ${columns.length}: ${columns.join(', ')}.`;
        ctx.problem({ where, code: 'SV_DATA_FORMAT', message });
        continue;
      }
      const values: Record<string, unknown> = {};
      for (const [i, column] of columns.entries()) {
        const text = record[i] as string;
        values[column] = meta.has(column) ? typed(text) : text;
      }
      yield rowOf(where, values, fields);
    }
  } catch (error) {
    throw damaged(name, error);
  } finally {
    input.destroy();
  }
}

interface Parsed {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

function parsed(
  input: NodeJS.ReadableStream,
  options: { delimiter: string; to?: number },
): AsyncIterable<readonly string[]>;
function parsed(
  input: NodeJS.ReadableStream,
  options: { delimiter: string; from: number; info: true },
): AsyncIterable<Parsed>;
function parsed(input: NodeJS.ReadableStream, options: object): AsyncIterable<unknown> {
  const parser = parse({
    bom: true,
    skip_empty_lines: true,
    relax_column_count: true,
    max_record_size: 1 << 20,
    ...options,
  });
  // `pipe` does not pass errors on: without this a file that cannot be read would be waited for for ever.
  input.on('error', (error) => parser.destroy(error));
  return input.pipe(parser);
}

function damaged(name: string, error: unknown): unknown {
  if (error instanceof CsvError) {
    return new SvError('SV_DATA_FORMAT', `${name} is not well-formed CSV: ${error.message}.`, { cause: error });
  }
  if (error instanceof Error && 'syscall' in error) {
    return new SvError('SV_DATA_SOURCE', `${name} could not be read: ${error.message}.`, { cause: error });
  }
  return error;
}

/** The delimiter that stands most often in the first line, outside quotes. A comma where none does. */
async function sniffDelimiter(file: string): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(65_536), 0, 65_536, 0);
    // Without its zeros, UTF-16 shows its delimiters too.
    const first = buffer
      .toString('latin1', 0, bytesRead)
      .replaceAll('\0', '')
      .split(/[\r\n]/)[0] as string;
    const bare = first.replace(/"[^"]*"/g, '');
    const counts = [',', ';', '\t'].map((delimiter) => ({ delimiter, count: bare.split(delimiter).length }));
    return counts.reduce((best, one) => (one.count > best.count ? one : best)).delimiter;
  } finally {
    await handle.close();
  }
}
