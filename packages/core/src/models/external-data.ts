import { closeSync, openSync, readSync, statSync } from 'node:fs';

/**
 * Names of the files that hold the weights of an ONNX graph outside of it (`model.onnx_data`), as the graph writes
 * them: relative to its folder. Reads the messages' headers only and skips the weights. A file that is not ONNX
 * names none: opening it is the engine's business, and so is the complaint.
 */
export function externalDataOf(path: string): string[] {
  const fd = openSync(path, 'r');
  try {
    const names = new Set<string>();
    const bytes = statSync(path).size;
    return walk(createReader(fd, bytes), 'model', 0, bytes, names) ? [...names].sort() : [];
  } finally {
    closeSync(fd);
  }
}

/** Length-delimited fields that lead to tensors, by field number of onnx.proto. */
const CHILDREN = {
  model: { 7: 'graph', 25: 'function' },
  function: { 7: 'node' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  sparse: { 1: 'tensor', 2: 'tensor' },
  tensor: { 13: 'entry' },
  entry: {},
} as const satisfies Record<string, Readonly<Record<number, string>>>;
type Message = keyof typeof CHILDREN;

const EXTERNAL_DATA_KEY = 1;
const EXTERNAL_DATA_VALUE = 2;
const MAX_DEPTH = 100;

type Reader = ReturnType<typeof createReader>;

/** Returns false where the bytes are no protocol buffer. */
function walk(reader: Reader, message: Message, start: number, end: number, names: Set<string>, depth = 0): boolean {
  if (depth > MAX_DEPTH) return false;
  let key = '';
  let value = '';
  for (let at = start; at < end; ) {
    const tag = reader.varint(at);
    if (!tag) return false;
    at = tag.next;
    const field = Math.floor(tag.value / 8);
    const wire = tag.value % 8;
    if (wire === 0) {
      const skipped = reader.varint(at);
      if (!skipped) return false;
      at = skipped.next;
    } else if (wire === 1 || wire === 5) {
      at += wire === 1 ? 8 : 4;
    } else if (wire === 2) {
      const length = reader.varint(at);
      if (!length || length.next + length.value > end) return false;
      const child = (CHILDREN[message] as Readonly<Record<number, Message>>)[field];
      if (child && !walk(reader, child, length.next, length.next + length.value, names, depth + 1)) return false;
      if (message === 'entry' && field === EXTERNAL_DATA_KEY) key = reader.text(length.next, length.value);
      if (message === 'entry' && field === EXTERNAL_DATA_VALUE) value = reader.text(length.next, length.value);
      at = length.next + length.value;
    } else {
      return false;
    }
  }
  if (key === 'location' && value) names.add(value);
  return true;
}

const WINDOW = 64 * 1024;
const LONGEST_NAME = 4096;

function createReader(fd: number, size: number) {
  const window = Buffer.alloc(WINDOW);
  let from = 0;
  let filled = 0;
  const byte = (at: number): number | undefined => {
    if (at >= size) return undefined;
    if (at < from || at >= from + filled) {
      from = at;
      filled = readSync(fd, window, 0, WINDOW, at);
    }
    return window[at - from];
  };
  return {
    varint(at: number): { value: number; next: number } | undefined {
      let value = 0;
      for (let index = 0; index < 10; index++) {
        const current = byte(at + index);
        if (current === undefined) return undefined;
        value += (current & 0x7f) * 2 ** (7 * index);
        if (current < 0x80) return { value, next: at + index + 1 };
      }
      return undefined;
    },
    text(at: number, length: number): string {
      const buffer = Buffer.alloc(Math.min(length, LONGEST_NAME));
      return buffer.toString('utf8', 0, readSync(fd, buffer, 0, buffer.length, at));
    },
  };
}
