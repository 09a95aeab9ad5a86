import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { SvError } from '@streetvision/core';

/** Bytes that a line may have: a sample with a thousand boxes has a tenth of a mebibyte. */
const MOST = 16 * 2 ** 20;

/**
 * Lines of a UTF-8 file with their numbers, one at a time; empty ones are passed over. Throws `SV_DATA_FORMAT` for a
 * line of more than 16 MiB.
 */
export async function* readLines(file: string): AsyncGenerator<{ readonly text: string; readonly line: number }> {
  let line = 0;
  // Of the line that is not complete: joined once, or a long line would be copied with every chunk.
  let parts: Buffer[] = [];
  let held = 0;
  const take = (part: Buffer) => {
    held += part.length;
    if (held > MOST) {
      throw new SvError('SV_DATA_FORMAT', `${basename(file)} line ${line + 1} has more than 16 MiB.`, {
        fix: 'Expected a text file with a line per sample.',
      });
    }
    parts.push(part);
  };
  const close = () => {
    // A line break is never a part of another character, so that lines can be decoded on their own.
    const text = (parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts)).toString('utf8');
    parts = [];
    held = 0;
    line++;
    return line === 1 ? text.replace(/^\uFEFF/, '') : text;
  };
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      take(chunk.subarray(start, end));
      start = end + 1;
      const text = close();
      if (text.trim() !== '') yield { text, line };
    }
    if (start < chunk.length) take(chunk.subarray(start));
  }
  if (parts.length === 0) return;
  const text = close();
  if (text.trim() !== '') yield { text, line };
}
