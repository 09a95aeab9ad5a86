import { appendFile, mkdir, open, readFile, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SvError } from '@streetvision/core';
import { damaged, type Failed, type Line, readHeader, readLine } from './format.js';
import type { RecordedFrame, Recording, RecordingHeader } from './types.js';

/** A recording on disk as it is, finished or not. */
export interface RecordingFile {
  readonly header: RecordingHeader;
  readonly frames: ReadonlyMap<string, RecordedFrame>;
  readonly failed: ReadonlyMap<string, Failed>;
  /** Nothing was interrupted. */
  readonly complete: boolean;
  /** Bytes up to the end of the last whole line. */
  readonly wholeBytes: number;
}

/**
 * Reads a recording: JSON lines, of which the first says what it was made of. Of several lines about a frame the last
 * holds; what failed is that of the last run.
 *
 * Throws `SV_RUN_INVALID` where it is not one, is damaged, or was interrupted.
 *
 * @example
 * const { header, frames } = await readRecording('recording.jsonl');
 */
export async function readRecording(file: string): Promise<Recording> {
  const read = await readRecordingFile(file);
  if (!read) throw new SvError('SV_RUN_INVALID', `There is no recording \`${file}\`.`, { fix: 'Check the path.' });
  if (!read.complete) {
    throw new SvError('SV_RUN_INVALID', `The recording \`${file}\` was interrupted after ${read.frames.size} frames.`, {
      fix: 'Run `sv eval` with --recording and the same data again: it goes on where it stopped.',
    });
  }
  return { header: read.header, frames: [...read.frames.values()], failed: [...read.failed.values()] };
}

/** What is there; a last line that was cut off is left out. `undefined` where there is no file, or an empty one. */
export async function readRecordingFile(file: string): Promise<RecordingFile | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw damaged(`${file} cannot be read: ${(cause as Error).message}`, cause);
  }
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole === '') {
    if (text === '') return undefined;
    throw damaged(`${file} is no recording, or was cut off in its first line`);
  }
  const [first = '', ...lines] = whole.slice(0, -1).split('\n');
  const header = readHeader(first, file);
  const frames = new Map<string, RecordedFrame>();
  const failed = new Map<string, Failed>();
  let last: Line | undefined;
  for (const [i, one] of lines.entries()) {
    // A later run has asked again about all that failed before.
    if (last && 'end' in last) failed.clear();
    last = readLine(one, file, i + 2);
    if ('answers' in last) {
      failed.delete(last.id);
      frames.set(last.id, last);
    } else if ('code' in last) {
      frames.delete(last.id);
      failed.set(last.id, last);
    }
  }
  const complete = last !== undefined && 'end' in last && whole.length === text.length;
  return { header, frames, failed, complete, wholeBytes: Buffer.byteLength(whole) };
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
