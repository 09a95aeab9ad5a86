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

/** One entry of `metadata_props`. */
export const property = (key: string, value: string) => field(14, Buffer.concat([field(1, key), field(2, value)]));

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

/** A graph that opens: y = x + w, where the four numbers of w lie in another file. */
export function addGraph(location: string): Buffer {
  const info = (name: string) => {
    const shape = field(1, Buffer.concat([varint(8), varint(4)]));
    return Buffer.concat([field(1, name), field(2, field(1, Buffer.concat([varint(8), varint(1), field(2, shape)])))]);
  };
  const node = Buffer.concat([field(1, 'x'), field(1, 'w'), field(2, 'y'), field(4, 'Add')]);
  const graph = Buffer.concat([
    field(1, node),
    field(2, 'g'),
    field(5, tensor('w', location)),
    field(11, info('x')),
    field(12, info('y')),
  ]);
  const opset = field(8, Buffer.concat([varint(2 * 8), varint(17)]));
  return Buffer.concat([varint(8), varint(8), opset, field(7, graph)]);
}

/** An ONNX graph with one inline initializer, one external initializer a name, and a Constant in a subgraph. */
export function onnxBytes(external: readonly string[] = [], inSubgraph?: string): Buffer {
  const constant = field(1, field(5, Buffer.concat([field(1, 'value'), field(5, tensor('c', inSubgraph))])));
  const branch = field(1, field(5, Buffer.concat([field(1, 'then_branch'), field(6, constant)])));
  const graph = [field(5, tensor('inline')), ...external.map((name) => field(5, tensor(name, name))), branch];
  return Buffer.concat([varint(8), varint(10), field(2, 'test'), field(7, Buffer.concat(graph))]);
}
