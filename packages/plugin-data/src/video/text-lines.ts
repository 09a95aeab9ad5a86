import type { Readable } from 'node:stream';

/** Longer lines are cut: what talks to us may be broken. */
const MAX_LINE = 4096;

/** Tells the lines of a stream, the last one too where it does not end. */
export async function readText(stream: Readable, onLine: (line: string) => void): Promise<void> {
  let rest = '';
  stream.setEncoding('utf8');
  for await (const chunk of stream) {
    const parts = (rest + chunk).split(/\r?\n|\r/);
    rest = (parts.pop() as string).slice(0, MAX_LINE);
    for (const line of parts) onLine(line.slice(0, MAX_LINE));
  }
  if (rest) onLine(rest);
}
