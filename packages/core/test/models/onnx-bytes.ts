/** A length-delimited protocol buffer field. */
function field(number: number, value: Buffer | string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) + 128);
  return Buffer.from([...bytes, value]);
}

const tensor = (name: string, location?: string) =>
  Buffer.concat([
    varint(1 * 8),
    varint(4), // dims
    varint(2 * 8),
    varint(1), // FLOAT
    field(8, name),
    ...(location === undefined
      ? [field(9, Buffer.alloc(100_000))]
      : [
          field(13, Buffer.concat([field(1, 'location'), field(2, location)])),
          field(13, Buffer.concat([field(1, 'length'), field(2, '16')])),
          varint(14 * 8),
          varint(1),
        ]),
  ]);

/** An ONNX graph with one inline initializer, one external initializer a name, and a Constant in a subgraph. */
export function onnxBytes(external: readonly string[] = [], inSubgraph?: string): Buffer {
  const constant = field(1, field(5, Buffer.concat([field(1, 'value'), field(5, tensor('c', inSubgraph))])));
  const branch = field(1, field(5, Buffer.concat([field(1, 'then_branch'), field(6, constant)])));
  const graph = [field(5, tensor('inline')), ...external.map((name) => field(5, tensor(name, name))), branch];
  return Buffer.concat([varint(8), varint(10), field(2, 'test'), field(7, Buffer.concat(graph))]);
}
