import { extname, resolve } from 'node:path';
import { SvError } from '../../errors/sv-error.js';
import type { CliCall } from '../command.js';
import { printable } from '../printable.js';
import { cutTornLine, type Earlier } from '../resume.js';
import { csv } from './csv.js';
import { human } from './human.js';
import { json } from './json.js';
import { jsonl } from './jsonl.js';
import { replacedRows } from './replaced.js';
import type { ResultRow } from './row.js';
import { fileSink, streamSink } from './sink.js';

export type FormatName = 'json' | 'jsonl' | 'csv';

export interface Output {
  /** Lines appear on a terminal while the work goes on. */
  readonly onTerminal: boolean;
  /** Resolves to false when nobody reads any more. */
  write(row: ResultRow): Promise<boolean>;
  /** Writes what belongs before the first row and after the last. Throws `SV_OUTPUT_WRITE`. */
  end(): Promise<void>;
  close(): Promise<void>;
}

const BY_EXTENSION: Readonly<Record<string, FormatName>> = {
  '.json': 'json',
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.csv': 'csv',
};

/** Where rows go and in which form. Throws `SV_CLI_USAGE`, `SV_OUTPUT_WRITE`. */
export async function openOutput(
  call: CliCall,
  wanted: FormatName | undefined,
  resume: string | undefined,
  earlier: Earlier | undefined,
): Promise<Output> {
  const { io, cwd, colors } = call;
  const file = call.options.out as string | undefined;
  const continues = file !== undefined && resume !== undefined && resolve(cwd, file) === resolve(cwd, resume);
  const name = wanted ?? (file === undefined ? undefined : (BY_EXTENSION[extname(file).toLowerCase()] ?? 'jsonl'));
  if (continues && name !== 'jsonl') {
    throw new SvError('SV_CLI_USAGE', `--resume can continue a JSONL file, and \`${file}\` is to be ${name}.`, {
      fix: 'Write JSONL, or give --out another file.',
    });
  }
  if (continues && earlier?.wholeBytes !== undefined) await cutTornLine(file, cwd, earlier.wholeBytes);
  const format = name ? { json, jsonl, csv }[name] : human(colors.out);
  if (file !== undefined && !continues && call.global.quiet !== true) {
    const replaced = await replacedRows(file, cwd, name);
    if (replaced) io.stderr.write(`replaces ${replaced} of ${printable(file)}\n`);
  }
  const sink =
    file === undefined ? streamSink(io.stdout) : await fileSink(file, continues ? 'continue' : 'replace', cwd);
  let index = 0;
  let begun = false;
  let open = true;
  const write = async (text: string) => {
    if (!begun) text = format.head + text;
    begun = true;
    open &&= await sink.write(text);
    return open;
  };
  return {
    onTerminal: file === undefined && io.stdout.isTTY === true,
    write: (row) => write(format.row(row, index++)),
    async end() {
      await write(format.tail);
      open = false;
    },
    async close() {
      // After a failure the text still ends well where it can; the failure is the one to report.
      if (begun && open) await sink.write(format.tail).catch(() => false);
      await sink.close();
    },
  };
}
