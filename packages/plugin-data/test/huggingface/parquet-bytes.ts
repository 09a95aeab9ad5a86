import { gzipSync } from 'node:zlib';
import { type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer';

export interface Row {
  readonly image: Uint8Array | null;
  readonly label: number | null;
  readonly scene_description?: string;
  readonly weather?: string;
}

const SCHEMA = [
  { name: 'root', num_children: 4 },
  { name: 'image', num_children: 2, repetition_type: 'OPTIONAL' as const },
  { name: 'bytes', type: 'BYTE_ARRAY' as const, repetition_type: 'OPTIONAL' as const },
  { name: 'path', type: 'BYTE_ARRAY' as const, converted_type: 'UTF8' as const, repetition_type: 'OPTIONAL' as const },
  { name: 'label', type: 'INT64' as const, repetition_type: 'OPTIONAL' as const },
  {
    name: 'scene_description',
    type: 'BYTE_ARRAY' as const,
    converted_type: 'UTF8' as const,
    repetition_type: 'OPTIONAL' as const,
  },
  {
    name: 'weather',
    type: 'BYTE_ARRAY' as const,
    converted_type: 'UTF8' as const,
    repetition_type: 'OPTIONAL' as const,
  },
];

/** As the `datasets` library writes pictures: a struct of bytes and path, and a class label. */
export function hubParquet(
  rows: readonly Row[],
  { perGroup = 4, names = ['None', 'Roadwork'], codec = 'SNAPPY' as 'SNAPPY' | 'GZIP' } = {},
): Buffer {
  const features = { image: { _type: 'Image' }, label: { names, _type: 'ClassLabel' } };
  return Buffer.from(
    parquetWriteBuffer({
      schema: SCHEMA,
      codec,
      compressors: { GZIP: (bytes) => gzipSync(bytes) },
      rowGroupSize: perGroup,
      kvMetadata: [{ key: 'huggingface', value: JSON.stringify({ info: { features } }) }],
      columnData: [
        { name: 'image', data: rows.map(({ image }) => ({ bytes: image, path: null })) },
        { name: 'label', data: rows.map(({ label }) => (label === null ? null : BigInt(label))) },
        { name: 'scene_description', data: rows.map(({ scene_description = '' }) => scene_description) },
        { name: 'weather', data: rows.map(({ weather = 'dry' }) => weather) },
      ],
    }),
  );
}

export const plainParquet = (columnData: ColumnSource[], perGroup = 4): Buffer =>
  Buffer.from(parquetWriteBuffer({ columnData, rowGroupSize: perGroup }));

/** Bytes that do not compress and tell the row. */
export function noise(row: number, bytes: number): Uint8Array {
  const out = new Uint8Array(bytes);
  let state = row + 1;
  for (let i = 0; i < bytes; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    out[i] = state >>> 24;
  }
  return out;
}
