import type { Readable } from 'node:stream';
import { SvError } from '../../errors/sv-error.js';
import { sniffFormat } from '../../frames/sniff.js';
import { expand } from './expand.js';
import type { Input } from './input.js';

/** Characters; no system has longer paths. What is longer is not a list of paths, and must not fill the memory. */
const LONGEST_PATH = 65_536;

/**
 * Standard input: one encoded picture where it begins like one; otherwise paths, one a line (or divided by NUL, as
 * `find -print0` does).
 * @throws {SvError} `SV_CLI_USAGE` for a line that cannot be a path
 * @param maxBytes no more of a picture is read than this and one byte, which is enough to refuse it
 */
export async function* readStdin(
  stdin: Readable,
  cwd: string,
  maxBytes: number,
  signal: AbortSignal,
): AsyncGenerator<Input> {
  // A read that nobody waits for any more would keep the process.
  signal.addEventListener('abort', () => stdin.destroy(), { once: true });
  const chunks = stdin.iterator({ destroyOnReturn: false }) as AsyncIterableIterator<Buffer | string>;
  let start = Buffer.alloc(0);
  let ended = false;
  while (start.length < 12 && !ended) {
    const next = await chunks.next();
    if (next.done) ended = true;
    else start = Buffer.concat([start, Buffer.from(next.value)]);
  }
  // A HEIC begins so too: it is refused as a picture, with a code.
  if (sniffFormat(start) || start.toString('latin1', 4, 8) === 'ftyp') {
    const parts = [start];
    let length = start.length;
    for await (const chunk of chunks) {
      parts.push(Buffer.from(chunk));
      length += chunk.length;
      if (length > maxBytes) break;
    }
    yield { name: '-', input: { id: '-', bytes: Buffer.concat(parts) } };
    return;
  }
  const decoder = new TextDecoder();
  let text = decoder.decode(start, { stream: true });
  for (;;) {
    const lines = text.split(/\r?\n|\0/);
    text = lines.pop() ?? '';
    if (text.length > LONGEST_PATH) throw notPaths();
    for (const line of lines) yield* pathsOf(line, cwd);
    const next = await chunks.next();
    if (next.done) break;
    text += decoder.decode(Buffer.from(next.value), { stream: true });
  }
  yield* pathsOf(text + decoder.decode(), cwd);
}

async function* pathsOf(line: string, cwd: string): AsyncGenerator<Input> {
  if (line.length > LONGEST_PATH) throw notPaths();
  if (line.trim() === '') return;
  for await (const path of expand(line, cwd)) yield { name: path };
}

function notPaths(): SvError {
  return new SvError(
    'SV_CLI_USAGE',
    `Standard input has a line of more than ${LONGEST_PATH.toLocaleString('en-US')} characters, and was expected to be one picture, or paths, one a line.`,
    { fix: 'Pipe paths, divided by line breaks or NUL, or one jpg, png, webp, avif, tiff or gif.' },
  );
}
