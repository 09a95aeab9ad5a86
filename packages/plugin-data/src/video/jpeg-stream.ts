import { SvError } from '@streetvision/core';

const MARK = 0xff;
const START = 0xd8;
const END = 0xd9;
const SCAN = 0xda;

/**
 * Cuts a stream of JPEG files, one after the other, into files. A marker segment is skipped by its length and a scan
 * up to its next marker, so that an end marker inside of a comment or a thumbnail ends nothing.
 *
 * @throws SV_DATA_FORMAT for bytes that are no JPEG, a file above `maxBytes`, and a stream that ends inside of one
 */
export async function* jpegFiles(
  chunks: AsyncIterable<Uint8Array>,
  { maxBytes = 64 * 2 ** 20 }: { readonly maxBytes?: number } = {},
): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = [];
  let held = 0;
  const next = createJpegScanner();
  for await (const chunk of chunks) {
    let from = 0;
    while (from < chunk.length) {
      const end = next(chunk, from);
      const part = chunk.subarray(from, end ?? chunk.length);
      parts.push(part);
      held += part.length;
      if (held > maxBytes) throw new SvError('SV_DATA_FORMAT', `A frame has more than ${maxBytes} bytes.`);
      if (end === undefined) break;
      // Joined into bytes of its own: the chunk is not kept for it.
      yield new Uint8Array(Buffer.concat(parts));
      [parts, held, from] = [[], 0, end];
    }
  }
  if (held > 0) throw new SvError('SV_DATA_FORMAT', `The frames ended ${held} bytes into one.`);
}

/** Returns where in the chunk the file ends, exclusive; nothing where it goes on. It remembers between chunks. */
function createJpegScanner(): (chunk: Uint8Array, from: number) => number | undefined {
  let state: 'start' | 'mark' | 'code' | 'high' | 'low' | 'skip' | 'scan' | 'scan-code' = 'start';
  let skip = 0;
  let scanning = false;
  let first = true;
  return (chunk, from) => {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at] as number;
      switch (state) {
        case 'start':
          if (byte !== (first ? MARK : START)) throw new SvError('SV_DATA_FORMAT', 'The frames are no JPEG files.');
          if (!first) state = 'mark';
          first = !first;
          break;
        case 'mark':
          if (byte !== MARK) throw new SvError('SV_DATA_FORMAT', 'A JPEG frame is damaged.');
          state = 'code';
          break;
        case 'code':
          if (byte === MARK) break;
          if (byte === END) {
            state = 'start';
            return at + 1;
          }
          scanning = byte === SCAN;
          state = 'high';
          break;
        case 'high':
          skip = byte << 8;
          state = 'low';
          break;
        case 'low':
          skip += byte - 2;
          state = skip > 0 ? 'skip' : after(scanning);
          break;
        case 'skip': {
          const step = Math.min(skip, chunk.length - at);
          skip -= step;
          at += step - 1;
          if (skip === 0) state = after(scanning);
          break;
        }
        case 'scan': {
          const mark = chunk.indexOf(MARK, at);
          if (mark < 0) return undefined;
          at = mark;
          state = 'scan-code';
          break;
        }
        case 'scan-code':
          // A stuffed zero and restart markers belong to the scan.
          if (byte === 0 || (byte >= 0xd0 && byte <= 0xd7)) state = 'scan';
          else if (byte === END) {
            state = 'start';
            return at + 1;
          } else if (byte !== MARK) {
            scanning = byte === SCAN;
            state = 'high';
          }
          break;
      }
    }
    return undefined;
  };
}

const after = (scanning: boolean) => (scanning ? 'scan' : 'mark');
