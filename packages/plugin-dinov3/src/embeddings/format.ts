import { createHash } from 'node:crypto';

// File: magic, dimension (uint32 LE), float32 LE values, first 8 bytes of the sha256 of all that comes before.
const MAGIC = Buffer.from('SVE1');
const HEAD = MAGIC.length + 4;
const SUM = 8;

/** An embedding as the bytes of its file. */
export function encodeEmbedding(embedding: Float32Array): Buffer {
  const bytes = Buffer.alloc(HEAD + embedding.length * 4 + SUM);
  MAGIC.copy(bytes);
  bytes.writeUInt32LE(embedding.length, MAGIC.length);
  embedding.forEach((value, i) => {
    bytes.writeFloatLE(value, HEAD + i * 4);
  });
  checksum(bytes).copy(bytes, bytes.length - SUM);
  return bytes;
}

/** `undefined` where the file is damaged. */
export function decodeEmbedding(bytes: Buffer): Float32Array | undefined {
  if (bytes.length < HEAD + SUM || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  const dimension = bytes.readUInt32LE(MAGIC.length);
  if (bytes.length !== HEAD + dimension * 4 + SUM) return undefined;
  if (!checksum(bytes).equals(bytes.subarray(bytes.length - SUM))) return undefined;
  return Float32Array.from({ length: dimension }, (_, i) => bytes.readFloatLE(HEAD + i * 4));
}

function checksum(bytes: Buffer): Buffer {
  const digest = createHash('sha256')
    .update(bytes.subarray(0, bytes.length - SUM))
    .digest();
  return digest.subarray(0, SUM);
}
