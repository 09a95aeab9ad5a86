import { appendFile, mkdir, open, stat, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isSvError, SvError } from '@streetvision/core';
import { damaged, type End, endOf, type Failed, type Line, readHeader, readLine } from './format.js';
import { wholeLines } from './lines.js';
import type { RecordedFrame, Recording, RecordingHeader } from './types.js';

/** A recording on disk as it is, finished or not. */
export interface RecordingFile {
  readonly header: RecordingHeader;
  readonly frames: ReadonlyMap<string, RecordedFrame>;
  readonly failed: ReadonlyMap<string, Failed>;
  /** What the last run ended with; `undefined` where it was interrupted. */
  readonly end: End | undefined;
  /** Bytes up to the end of the last whole line. */
  readonly wholeBytes: number;
}

/**
 * Reads a recording: JSON lines, of which the first says what it was made of. Of several lines about a frame the last
 * holds. Frames, and what failed, are those of the last run: what earlier ones over other parts of the data have left in
 * the file is for the next run to find.
 *
 * Throws `SV_RUN_INVALID` where it is not one, is damaged, or was interrupted.
 *
 * @example
 * const { header, frames } = await readRecording('recording.jsonl');
 */
export async function readRecording(file: string): Promise<Recording> {
  const read = await readRecordingFile(file);
  if (!read) throw new SvError('SV_RUN_INVALID', `There is no recording \`${file}\`.`, { fix: 'Check the path.' });
  if (!read.end) {
    throw new SvError('SV_RUN_INVALID', `The recording \`${file}\` was interrupted after ${read.frames.size} frames.`, {
      fix: 'Run `sv eval` with --recording and the same data again: it goes on where it stopped.',
    });
  }
  return { header: read.header, frames: framesOf(read, file), failed: [...read.failed.values()] };
}

/** What is there; a last line that was cut off is left out. `undefined` where there is no file, or an empty one. */
export async function readRecordingFile(file: string): Promise<RecordingFile | undefined> {
  const frames = new Map<string, RecordedFrame>();
  const failed = new Map<string, Failed>();
  let header: RecordingHeader | undefined;
  let last: Line | undefined;
  let wholeBytes = 0;
  try {
    let number = 0;
    for await (const { text, end } of wholeLines(file)) {
      number++;
      wholeBytes = end;
      if (!header) {
        header = readHeader(text, file);
        continue;
      }
      // A later run has asked again about all that failed before.
      if (last && 'end' in last) failed.clear();
      last = readLine(text, file, number, header.task?.classes);
      if ('answers' in last) {
        failed.delete(last.id);
        frames.set(last.id, last);
      } else if ('code' in last) {
        frames.delete(last.id);
        failed.set(last.id, last);
      }
    }
  } catch (cause) {
    if (isSvError(cause)) throw cause;
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw damaged(`${file} cannot be read: ${(cause as Error).message}`, cause);
  }
  const { size } = await stat(file);
  if (!header) {
    if (size === 0) return undefined;
    throw damaged(`${file} is no recording, or was cut off in its first line`);
  }
  const end = last && 'end' in last && wholeBytes === size ? last : undefined;
  return { header, frames, failed, end, wholeBytes };
}

/** The frames of the run that ended last. Throws `SV_RUN_INVALID` where they are not those that it had. */
function framesOf({ frames, end }: RecordingFile, file: string): RecordedFrame[] {
  const without = new Set(end?.without);
  const own = [...frames.values()].filter(({ id }) => !without.has(id));
  const now = endOf(own, []);
  if (now.frames === end?.frames && now.sha256 === end.sha256) return own;
  throw damaged(`${file} ends with a run over ${end?.frames} frames, and has ${now.frames}, or others`);
}

/** Appends to a recording; what was appended stays whatever happens next. */
export interface RecordingWriter {
  write(line: Line): Promise<void>;
  close(): Promise<void>;
}

/** Goes on where the whole lines of `earlier` end, or begins a file. Throws `SV_OUTPUT_WRITE`. */
export async function openWriter(
  file: string,
  header: RecordingHeader,
  earlier: RecordingFile | undefined,
): Promise<RecordingWriter> {
  const fail = (cause: unknown): never => {
    throw new SvError('SV_OUTPUT_WRITE', `The recording ${file} could not be written: ${(cause as Error).message}.`, {
      fix: 'Check the disk and the folder, or name another file.',
      cause,
    });
  };
  await mkdir(dirname(file), { recursive: true }).catch(fail);
  if (earlier) await truncate(file, earlier.wholeBytes).catch(fail);
  else await appendFile(file, `${JSON.stringify(header)}\n`).catch(fail);
  const handle = await open(file, 'a').catch(fail);
  if (!handle) return fail(new Error('it did not open'));
  // One after the other: lines must not mix.
  let turn: Promise<void> = Promise.resolve();
  return {
    write(line) {
      turn = turn.then(() => handle.appendFile(`${JSON.stringify(line)}\n`)).catch(fail);
      return turn;
    },
    close: () => handle.close(),
  };
}
