import { encode, message } from './proto.js';

/** The key-value pairs of a model file; of a key written twice the last value counts. */
export function readMetadata(model: Uint8Array): Record<string, string> {
  const type = message('ModelProto');
  const { metadata_props = [] } = type.toObject(type.decode(model)) as {
    metadata_props?: { key?: string; value?: string }[];
  };
  return Object.fromEntries(metadata_props.map(({ key = '', value = '' }) => [key, value]));
}

/** A copy of any model file with key-value pairs added; everything else stays as it is, byte for byte. */
export function addMetadata(model: Uint8Array, entries: Readonly<Record<string, string>>): Uint8Array {
  // Repeated fields may be appended to an encoded message: that is how the encoding merges.
  const more = encode('ModelProto', {
    metadata_props: Object.entries(entries).map(([key, value]) => ({ key, value })),
  });
  return new Uint8Array(Buffer.concat([model, more]));
}
