import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { SvError } from '../../errors/sv-error.js';
import type { Frame } from '../../types/index.js';
import type { Io } from '../io.js';
import { expand, isUrl } from './expand.js';
import type { Input } from './input.js';
import { readStdin } from './stdin.js';
import { watchFolders } from './watch.js';

export type { Input } from './input.js';

/** How long a source may take to close after the signal, in milliseconds. */
const CLOSE_MS = 500;

const SOURCE = 'source:';

/** The name in `source:<name>`; a file of such a name is written `./source:<name>`. */
export const sourceName = (argument: string) =>
  argument.startsWith(SOURCE) ? argument.slice(SOURCE.length) : undefined;

export interface InputOptions {
  /** Says which inputs are not wanted, such as those of an earlier run. */
  readonly skip: (name: string) => boolean;
  readonly limit: number | undefined;
  /** Goes on with what appears in the folders. */
  readonly watch: boolean;
  /** Called once, when what was in the watched folders has been handed over. */
  readonly waiting?: () => void;
  readonly maxBytes: number;
  /** Frames of `source:<name>`. */
  readonly source: (name: string) => AsyncIterable<Frame>;
  /** Ends the inputs. */
  readonly signal: AbortSignal;
}

export interface Inputs {
  /** In the order of the arguments, one at a time as they are asked for. */
  stream(): AsyncGenerator<Input>;
  /** How many there are; `undefined` where nobody can know. */
  count(): Promise<number | undefined>;
  /** Says how an input ended: one of a watched folder that failed comes again when its file changes. */
  settled(name: string, failed: boolean): void;
  /** How many were skipped while streaming. */
  skipped(): number;
}

/** @throws {SvError} `SV_CLI_USAGE` for URLs, and for arguments that cannot be watched */
export async function openInputs(args: readonly string[], io: Io, options: InputOptions): Promise<Inputs> {
  const { skip, signal } = options;
  const limit = options.limit ?? Number.POSITIVE_INFINITY;
  if (args.filter((argument) => argument === '-').length > 1) {
    throw new SvError('SV_CLI_USAGE', '`-` was given more than once, and standard input can be read once only.');
  }
  const url = args.find(isUrl);
  if (url !== undefined) {
    throw new SvError('SV_CLI_USAGE', `The input \`${url}\` is a URL, and URLs are not fetched.`, {
      fix: 'Download the picture and name its file, or pipe it: `curl -s <url> | npx sv run -`.',
    });
  }
  if (options.watch) await onlyFolders(args, io.cwd);
  const folders = options.watch ? watchFolders(args, io.cwd, signal, options.waiting ?? (() => undefined)) : undefined;
  let skipped = 0;

  async function* found(): AsyncGenerator<Input> {
    for (const argument of args) {
      const source = sourceName(argument);
      if (source !== undefined) {
        for await (const frame of options.source(source)) yield { name: frame.id, input: frame };
      } else if (argument === '-') yield* readStdin(io.stdin, io.cwd, options.maxBytes, signal);
      else for await (const name of expand(argument, io.cwd)) yield { name };
    }
  }
  return {
    async *stream() {
      let taken = 0;
      const all = folders ? folders.stream() : found();
      for await (const input of until(all, signal)) {
        if (skip(input.name)) {
          skipped++;
          folders?.settled(input.name, false);
          continue;
        }
        if (taken++ >= limit) return;
        yield input;
        if (taken >= limit) return;
      }
    },
    async count() {
      if (options.watch || args.some((argument) => argument === '-' || sourceName(argument) !== undefined))
        return undefined;
      let count = 0;
      for await (const { name } of found()) {
        if (signal.aborted) return undefined;
        if (!skip(name) && ++count >= limit) return limit;
      }
      return count;
    },
    settled: (name, failed) => folders?.settled(name, failed),
    skipped: () => skipped,
  };
}

async function onlyFolders(args: readonly string[], cwd: string): Promise<void> {
  for (const argument of args) {
    const found = await stat(resolve(cwd, argument)).catch(() => undefined);
    if (found?.isDirectory()) continue;
    throw new SvError('SV_CLI_USAGE', `--watch received \`${argument}\`, which is not a folder; it watches folders.`, {
      fix: 'Name the folder in which pictures will appear.',
    });
  }
}

/** Ends when the signal comes, even while the next value is still being waited for. */
async function* until<T>(values: AsyncGenerator<T>, signal: AbortSignal): AsyncGenerator<T> {
  // One listener for all values: a promise to race with would keep every value that it was raced against.
  let stop = () => {};
  const onAbort = () => stop();
  signal.addEventListener('abort', onAbort);
  try {
    while (!signal.aborted) {
      const next = await new Promise<IteratorResult<T> | undefined>((resolve, reject) => {
        stop = () => resolve(undefined);
        values.next().then(resolve, reject);
      });
      if (next === undefined || next.done) return;
      yield next.value;
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    const returned = values.return(undefined);
    if (signal.aborted) await within(CLOSE_MS, returned);
    else await returned;
  }
}

/** After the signal a generator may hang in a wait that nobody ends, or fail over it: neither is of interest then. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([work.catch(() => undefined), late]);
  clearTimeout(timer);
}
