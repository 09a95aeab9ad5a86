/**
 * A copy of an ONNX file in which constants that a run may replace must be given: their values are taken out, so that only
 * the input of that name is left. onnxruntime-node neither lists nor takes inputs that have a value of their own.
 * Everything else stays as it is, byte for byte. Throws `RangeError` where the bytes are no ONNX file.
 */
export function requireInputs(model: Uint8Array, names: ReadonlySet<string>): Uint8Array {
  return concat(
    fieldsOf(model).map(({ number, whole, content }) =>
      number === GRAPH && content ? withContent(number, withoutValues(content, names)) : whole,
    ),
  );
}

/** Field numbers of onnx.proto: ModelProto.graph, GraphProto.initializer, TensorProto.name. */
const GRAPH = 7;
const INITIALIZER = 5;
const NAME = 8;

function withoutValues(graph: Uint8Array, names: ReadonlySet<string>): Uint8Array {
  return concat(
    fieldsOf(graph).flatMap(({ number, whole, content }) =>
      number === INITIALIZER && content && names.has(nameOf(content)) ? [] : [whole],
    ),
  );
}

function nameOf(tensor: Uint8Array): string {
  const name = fieldsOf(tensor).findLast(({ number }) => number === NAME)?.content;
  return name ? new TextDecoder().decode(name) : '';
}

interface Field {
  readonly number: number;
  /** With its tag. */
  readonly whole: Uint8Array;
  /** Of a length-delimited field. */
  readonly content: Uint8Array | undefined;
}

function fieldsOf(message: Uint8Array): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = message[at++];
      if (byte === undefined || shift > 63) throw new RangeError('the file ends inside a field');
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.length) {
    const start = at;
    const tag = varint();
    const wire = tag % 8;
    let content: Uint8Array | undefined;
    if (wire === 0) varint();
    else if (wire === 1) at += 8;
    else if (wire === 5) at += 4;
    else if (wire === 2) {
      const length = varint();
      content = message.subarray(at, at + length);
      at += length;
    } else throw new RangeError(`a field of wire type ${wire}`);
    if (at > message.length) throw new RangeError('the file ends inside a field');
    fields.push({ number: Math.floor(tag / 8), whole: message.subarray(start, at), content });
  }
  return fields;
}

function withContent(number: number, content: Uint8Array): Uint8Array {
  return concat([Uint8Array.from([...varintOf(number * 8 + 2), ...varintOf(content.length)]), content]);
}

function varintOf(value: number): number[] {
  return value < 0x80 ? [value] : [(value % 0x80) + 0x80, ...varintOf(Math.floor(value / 0x80))];
}

const concat = (parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
