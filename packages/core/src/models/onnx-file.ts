import { type FileHandle, open } from 'node:fs/promises';

/** What an ONNX file says around its weights. */
export interface OnnxFile {
  /** Its `metadata_props`. onnxruntime-node does not hand them out. */
  readonly metadata: ReadonlyMap<string, string>;
  /** Files that hold weights of the graph (`model.onnx_data`), as the graph writes them: relative to its folder. Sorted. */
  readonly externalData: readonly string[];
}

/**
 * Reads an ONNX file in small pieces: big fields are stepped over, so that a graph of gigabytes costs a few reads.
 * Throws `RangeError` where the bytes are no ONNX file.
 *
 * @example
 * const { metadata, externalData } = await readOnnxFile('model.onnx');
 */
export async function readOnnxFile(path: string): Promise<OnnxFile> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const found: Found = { metadata: new Map(), externalData: new Set() };
    await walk(createReader(file), 'model', 0, size, found);
    return { metadata: found.metadata, externalData: [...found.externalData].sort() };
  } finally {
    await file.close();
  }
}

/** The external data of a file; none where it is not ONNX: opening it is the engine's business, and so is the complaint. */
export async function externalDataOf(path: string): Promise<readonly string[]> {
  try {
    return (await readOnnxFile(path)).externalData;
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}

/** Length-delimited fields that lead to what is looked for, by field number of onnx.proto. */
const CHILDREN = {
  model: { 7: 'graph', 14: 'property', 25: 'function' },
  function: { 7: 'node' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  sparse: { 1: 'tensor', 2: 'tensor' },
  tensor: { 13: 'storage' },
  property: {},
  storage: {},
} as const satisfies Record<string, Readonly<Record<number, string>>>;
type Message = keyof typeof CHILDREN;

/** Longest text in the messages that are pairs of a key and a value. */
const LONGEST_TEXT: Partial<Record<Message, number>> = { property: 1 << 20, storage: 4096 };
const KEY = 1;
const VALUE = 2;
const MAX_DEPTH = 100;

interface Found {
  readonly metadata: Map<string, string>;
  readonly externalData: Set<string>;
}
type Reader = ReturnType<typeof createReader>;

async function walk(reader: Reader, message: Message, start: number, end: number, found: Found, depth = 0) {
  if (depth > MAX_DEPTH) throw new RangeError(`byte ${start} is nested too deep`);
  const longest = LONGEST_TEXT[message];
  const pair: Record<number, string> = { [KEY]: '', [VALUE]: '' };
  for (let at = start; at < end; ) {
    if (!reader.holds(at)) await reader.load(at);
    const tag = reader.varint(at, end);
    const number = Math.floor(tag.value / 8);
    const wire = tag.value % 8;
    if (number < 1 || number >= 2 ** 29) throw new RangeError(`byte ${at} is not the start of a field`);
    if (wire === 0) {
      at = reader.varint(tag.next, end).next;
      continue;
    }
    const { value: length, next } = wire === 2 ? reader.varint(tag.next, end) : fixed(wire, tag.next);
    if (next + length > end) throw new RangeError(`field ${number} at byte ${at} is longer than what holds it`);
    if (wire === 2) {
      const child = (CHILDREN[message] as Readonly<Record<number, Message>>)[number];
      if (child) await walk(reader, child, next, next + length, found, depth + 1);
      if (longest !== undefined && number in pair) pair[number] = await reader.text(number, next, length, longest);
    }
    at = next + length;
  }
  const [key = '', value = ''] = [pair[KEY], pair[VALUE]];
  if (message === 'property') found.metadata.set(key, value);
  if (message === 'storage' && key === 'location' && value) found.externalData.add(value);
}

function fixed(wire: number, at: number) {
  if (wire === 1) return { value: 8, next: at };
  if (wire === 5) return { value: 4, next: at };
  throw new RangeError(`wire type ${wire} at byte ${at} is not known`);
}

const WINDOW = 64 * 1024;
/** A tag and a length, at most. */
const LONGEST_HEAD = 20;

function createReader(file: FileHandle) {
  const window = Buffer.alloc(WINDOW);
  let from = 0;
  let filled = 0;
  let complete = false;
  return {
    /** Whether the next tag and length lie in memory, so that nothing is awaited for them. */
    holds: (at: number) => at >= from && (at + LONGEST_HEAD <= from + filled || (complete && at < from + filled)),
    async load(at: number): Promise<void> {
      from = at;
      filled = 0;
      complete = false;
      while (filled < WINDOW && !complete) {
        const { bytesRead } = await file.read(window, filled, WINDOW - filled, from + filled);
        filled += bytesRead;
        complete = bytesRead === 0;
      }
    },
    varint(at: number, end: number): { value: number; next: number } {
      let value = 0;
      for (let i = 0; i < 10; i++) {
        if (at + i >= end || at + i >= from + filled) throw new RangeError(`a number at byte ${at} is cut off`);
        const byte = window[at + i - from] as number;
        value += (byte & 0x7f) * 2 ** (7 * i);
        if (byte < 0x80) return { value, next: at + i + 1 };
      }
      throw new RangeError(`a number at byte ${at} has no end`);
    },
    async text(number: number, at: number, length: number, longest: number): Promise<string> {
      if (length > longest) throw new RangeError(`field ${number} has ${length} bytes`);
      const buffer = Buffer.alloc(length);
      const { bytesRead } = await file.read(buffer, 0, length, at);
      if (bytesRead < length) throw new RangeError(`field ${number} is cut off`);
      return buffer.toString('utf8');
    },
  };
}
