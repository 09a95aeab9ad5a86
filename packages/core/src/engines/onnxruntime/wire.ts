/** One field of a protobuf message in memory. */
export interface Field {
  readonly number: number;
  /** Where it starts in the message. */
  readonly start: number;
  /** With its tag. */
  readonly whole: Uint8Array;
  /** What it holds; of a number the bytes of its varint. */
  readonly value: Uint8Array;
}

/** The fields of a message, in order. Throws `RangeError` where the bytes are none. */
export function* fields(message: Uint8Array): Generator<Field> {
  for (let at = 0; at < message.length; ) {
    const tag = varint(message, at);
    const wire = tag.value % 8;
    const body = wire === 2 ? varint(message, tag.next) : { value: sizeOf(message, wire, tag.next), next: tag.next };
    const end = body.next + body.value;
    const number = Math.floor(tag.value / 8);
    if (number < 1 || end > message.length) throw new RangeError(`byte ${at} is not the start of a field`);
    yield { number, start: at, whole: message.subarray(at, end), value: message.subarray(body.next, end) };
    at = end;
  }
}

/** The last text of a field; empty where there is none. */
export function text(message: Uint8Array, number: number): string {
  const field = [...fields(message)].findLast((candidate) => candidate.number === number);
  return field ? Buffer.from(field.value).toString('utf8') : '';
}

/** All numbers of a field, packed into one or not. */
export function numbers(message: Uint8Array, number: number): number[] {
  const found: number[] = [];
  for (const field of fields(message)) {
    if (field.number !== number) continue;
    for (let at = 0; at < field.value.length; ) {
      const { value, next } = varint(field.value, at);
      found.push(value);
      at = next;
    }
  }
  return found;
}

/** A field that holds bytes. */
export function lengthDelimited(number: number, value: Uint8Array): Uint8Array {
  return Buffer.concat([Uint8Array.from([...encoded(number * 8 + 2), ...encoded(value.length)]), value]);
}

function encoded(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) + 0x80);
  return [...bytes, rest];
}

function varint(bytes: Uint8Array, at: number): { value: number; next: number } {
  let value = 0;
  for (let i = 0; i < 10; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) break;
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return { value, next: at + i + 1 };
  }
  throw new RangeError(`a number at byte ${at} is cut off`);
}

function sizeOf(bytes: Uint8Array, wire: number, at: number): number {
  if (wire === 0) return varint(bytes, at).next - at;
  if (wire === 1) return 8;
  if (wire === 5) return 4;
  throw new RangeError(`wire type ${wire} at byte ${at} is not known`);
}
