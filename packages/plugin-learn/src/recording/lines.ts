import { createReadStream } from 'node:fs';

/** A whole line of a file. */
export interface WholeLine {
  readonly text: string;
  /** Bytes of the file up to its end. */
  readonly end: number;
}

const NEWLINE = 0x0a;

/**
 * The whole lines of a file, read piece by piece: a file may be larger than any string. A last line without an end is
 * left out. Throws what reading throws.
 *
 * @param pieceBytes read at once
 */
export async function* wholeLines(file: string, pieceBytes = 1 << 20): AsyncGenerator<WholeLine> {
  let begun: Buffer[] = [];
  let read = 0;
  for await (const piece of createReadStream(file, { highWaterMark: pieceBytes }) as AsyncIterable<Buffer>) {
    let from = 0;
    for (let at = piece.indexOf(NEWLINE); at >= 0; at = piece.indexOf(NEWLINE, from)) {
      begun.push(piece.subarray(from, at));
      // Joined as bytes: a character may lie across two pieces.
      yield { text: Buffer.concat(begun).toString('utf8'), end: read + at + 1 };
      begun = [];
      from = at + 1;
    }
    if (from < piece.length) begun.push(piece.subarray(from));
    read += piece.length;
  }
}
