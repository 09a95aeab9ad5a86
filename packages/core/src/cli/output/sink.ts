import { once } from 'node:events';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Writable } from 'node:stream';
import { SvError } from '../../errors/sv-error.js';

/** Where the text of rows goes. Waits while the reader is slow. */
export interface Sink {
  /** A file that is replaced keeps what it holds until the first write. Resolves to false when the reader of a pipe has gone away: then nothing more is wanted. */
  write(text: string): Promise<boolean>;
  close(): Promise<void>;
}

/** @throws {SvError} `SV_OUTPUT_WRITE` from `write` */
export function streamSink(stream: Writable): Sink {
  let failure: NodeJS.ErrnoException | undefined;
  const onError = (error: NodeJS.ErrnoException) => {
    failure = error;
  };
  stream.on('error', onError);
  const check = () => {
    if (failure && failure.code !== 'EPIPE') throw failedWrite('standard output', failure);
    return !failure && !stream.destroyed;
  };
  return {
    async write(text) {
      if (!check()) return false;
      if (!stream.write(text)) await once(stream, 'drain').catch(() => undefined); // `check` tells of the failure
      return check();
    },
    async close() {
      // An empty write is called back after all that was written before it.
      if (check()) await new Promise<void>((done) => stream.write('', () => done()));
      stream.off('error', onError);
      check();
    },
  };
}

/**
 * A file, written row by row, so that a crash loses no more than the row in the making.
 * @param mode `replace` empties the file before the first write, and not before: a run that fails keeps the earlier rows
 * @throws {SvError} `SV_OUTPUT_WRITE`
 */
export async function fileSink(file: string, mode: 'replace' | 'continue', cwd: string): Promise<Sink> {
  const path = resolve(cwd, file);
  const guard = <T>(work: Promise<T>) =>
    work.catch((cause: unknown) => {
      throw failedWrite(file, cause as Error);
    });
  await guard(mkdir(dirname(path), { recursive: true }));
  const handle: FileHandle = await guard(open(path, 'a'));
  let empty = mode === 'continue';
  return {
    async write(text) {
      // A pipe or a device has nothing to be emptied.
      if (!empty && (await guard(handle.stat())).isFile()) await guard(handle.truncate(0));
      empty = true;
      await guard(handle.appendFile(text));
      return true;
    },
    close: () => guard(handle.close()),
  };
}

function failedWrite(where: string, cause: Error): SvError {
  return new SvError('SV_OUTPUT_WRITE', `${where} could not be written: ${cause.message}.`, {
    fix: 'Free some space or choose another place with --out; rows written so far can be resumed from with --resume.',
    cause,
  });
}
