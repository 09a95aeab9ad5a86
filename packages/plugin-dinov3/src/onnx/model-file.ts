import { type Field, openProtobuf, type ProtobufFile } from './protobuf.js';

// Field numbers of onnx.proto.
const MODEL = { graph: 7, metadata: 14 } as const;
const GRAPH_INITIALIZER = 5;
const TENSOR_EXTERNAL = 13;
const ENTRY = { key: 1, value: 2 } as const;

const MAX_ENTRY_BYTES = 1 << 20;

/**
 * The `metadata_props` of an ONNX file. onnxruntime-node does not hand them out, so they are read from the file.
 * Throws `RangeError` where the file is damaged.
 */
export async function readMetadataProps(path: string): Promise<ReadonlyMap<string, string>> {
  return withFile(path, async (file) => {
    const props = new Map<string, string>();
    for await (const field of file.fields(0, file.size)) {
      if (field.number === MODEL.metadata) props.set(...(await readEntry(file, field)));
    }
    return props;
  });
}

/** Names of the files beside an ONNX file that hold its weights; none where it holds them itself. */
export async function externalDataFiles(path: string): Promise<readonly string[]> {
  return withFile(path, async (file) => {
    const names = new Set<string>();
    for await (const graph of file.fields(0, file.size)) {
      if (graph.number !== MODEL.graph) continue;
      for await (const initializer of inside(file, graph)) {
        if (initializer.number !== GRAPH_INITIALIZER) continue;
        for await (const field of inside(file, initializer)) {
          if (field.number !== TENSOR_EXTERNAL) continue;
          const [key, value] = await readEntry(file, field);
          if (key === 'location') names.add(value);
        }
      }
    }
    return [...names].sort();
  });
}

const inside = (file: ProtobufFile, field: Field) => file.fields(field.start, field.start + field.length);

async function readEntry(file: ProtobufFile, entry: Field): Promise<[key: string, value: string]> {
  let key = '';
  let value = '';
  for await (const field of inside(file, entry)) {
    const text = async () => (await file.bytes(field, MAX_ENTRY_BYTES)).toString('utf8');
    if (field.number === ENTRY.key) key = await text();
    else if (field.number === ENTRY.value) value = await text();
  }
  return [key, value];
}

async function withFile<T>(path: string, read: (file: ProtobufFile) => Promise<T>): Promise<T> {
  const file = await openProtobuf(path);
  try {
    return await read(file);
  } finally {
    await file.close();
  }
}
