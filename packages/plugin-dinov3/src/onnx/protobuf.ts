import { type FileHandle, open } from 'node:fs/promises';

/** One field of a protobuf message: its number, and where its bytes lie in the file. */
export interface Field {
  readonly number: number;
  /** Length-delimited fields only; the others are stepped over and reported with length 0. */
  readonly start: number;
  readonly length: number;
}

/** Reads a protobuf file in small pieces; big fields are stepped over, never loaded. */
export interface ProtobufFile {
  readonly size: number;
  /** The fields of the message between two offsets. Throws `RangeError` where the bytes are not a message. */
  fields(start: number, end: number): AsyncGenerator<Field>;
  /** Throws `RangeError` beyond `maxBytes`. */
  bytes(field: Field, maxBytes: number): Promise<Buffer>;
  close(): Promise<void>;
}

const WINDOW = 4096;

export async function openProtobuf(path: string): Promise<ProtobufFile> {
  const file = await open(path);
  const { size } = await file.stat();
  const windowed = readWindowed(file);

  async function varint(at: number, end: number): Promise<readonly [value: number, next: number]> {
    let value = 0;
    for (let i = 0; i < 10; i++) {
      if (at + i >= end) throw new RangeError(`a number at byte ${at} is cut off`);
      const byte = await windowed(at + i);
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) return [value, at + i + 1];
    }
    throw new RangeError(`a number at byte ${at} has no end`);
  }

  async function* fields(start: number, end: number): AsyncGenerator<Field> {
    let at = start;
    while (at < end) {
      const [tag, afterTag] = await varint(at, end);
      const number = Math.floor(tag / 8);
      if (number < 1 || number >= 2 ** 29) throw new RangeError(`byte ${at} is not the start of a field`);
      const [length, next] = await extent(tag % 8, afterTag, end);
      if (next + length > end) throw new RangeError(`field ${number} at byte ${at} is longer than what holds it`);
      yield { number, start: next, length: tag % 8 === 2 ? length : 0 };
      at = next + length;
    }
  }

  async function extent(wire: number, at: number, end: number): Promise<readonly [length: number, start: number]> {
    if (wire === 0) return [0, (await varint(at, end))[1]];
    if (wire === 1) return [8, at];
    if (wire === 2) return varint(at, end);
    if (wire === 5) return [4, at];
    throw new RangeError(`wire type ${wire} at byte ${at} is not known`);
  }

  return {
    size,
    fields,
    async bytes(field, maxBytes) {
      if (field.length > maxBytes) throw new RangeError(`field ${field.number} has ${field.length} bytes`);
      const buffer = Buffer.alloc(field.length);
      const { bytesRead } = await file.read(buffer, 0, field.length, field.start);
      if (bytesRead < field.length) throw new RangeError(`field ${field.number} is cut off`);
      return buffer;
    },
    close: () => file.close(),
  };
}

/** Byte by byte through a window, so that a graph of gigabytes costs a few reads. */
function readWindowed(file: FileHandle): (at: number) => Promise<number> {
  const window = Buffer.alloc(WINDOW);
  let start = -1;
  let filled = 0;
  return async (at) => {
    if (start < 0 || at < start || at >= start + filled) {
      start = at;
      filled = (await file.read(window, 0, WINDOW, at)).bytesRead;
      if (filled === 0) throw new RangeError(`byte ${at} is beyond the end`);
    }
    return window[at - start] as number;
  };
}
