import { type Field, openProtobuf, type ProtobufFile } from './protobuf.js';

// Field numbers of onnx.proto.
const MODEL_METADATA = 14;
const ENTRY = { key: 1, value: 2 } as const;

const MAX_ENTRY_BYTES = 1 << 20;

/**
 * The `metadata_props` of an ONNX file. onnxruntime-node does not hand them out, so they are read from the file.
 * Throws `RangeError` where the file is damaged.
 */
export async function readMetadataProps(path: string): Promise<ReadonlyMap<string, string>> {
  const file = await openProtobuf(path);
  try {
    const props = new Map<string, string>();
    for await (const field of file.fields(0, file.size)) {
      if (field.number === MODEL_METADATA) props.set(...(await readEntry(file, field)));
    }
    return props;
  } finally {
    await file.close();
  }
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
