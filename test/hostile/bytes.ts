import { testPicture } from '@streetvision/core/testing';

/** A JPEG whose header promises another size than its data holds. */
export async function jpegOfSize(width: number, height: number): Promise<Buffer> {
  const bytes = await testPicture({ format: 'jpeg' });
  const frame = bytes.indexOf(Buffer.from([0xff, 0xc0, 0x00, 0x11]));
  if (frame < 0) throw new Error('The encoder wrote no baseline frame.');
  bytes.writeUInt16BE(height, frame + 5);
  bytes.writeUInt16BE(width, frame + 7);
  return bytes;
}

/** The same as a PNG, with the right checksum. */
export async function pngOfSize(width: number, height: number): Promise<Buffer> {
  const bytes = await testPicture({ format: 'png' });
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29);
  return bytes;
}

// `zlib.crc32` is younger than the oldest Node that must work.
function crc32(data: Buffer): number {
  let crc = -1;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
  }
  return ~crc >>> 0;
}

/** Numbers in [0, 1) from a seed: xorshift. */
export function randomOf(seed: number): () => number {
  let state = (Math.imul(seed, 0x9e3779b1) | 1) >>> 0;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
}

/** Damages a picture in one to three places, half of them in the header. */
export function mutate(picture: Uint8Array, random: () => number): Uint8Array {
  let bytes: Uint8Array = picture;
  const below = (limit: number) => Math.floor(random() * limit);
  for (let count = 1 + below(3); count > 0; count--) {
    const at = random() < 0.5 ? below(Math.min(300, bytes.length)) : below(bytes.length);
    const [head, tail] = [bytes.subarray(0, at), bytes.subarray(at)];
    const length = below(60);
    const noise = Uint8Array.from({ length }, () => below(256));
    const changes = [
      () => Buffer.concat([head, Uint8Array.of((tail[0] ?? 0) ^ (1 << below(8))), tail.subarray(1)]),
      () => Buffer.concat([head, Uint8Array.of(below(256)), tail.subarray(1)]),
      () => Buffer.concat([head, noise, tail]),
      () => Buffer.concat([head, noise, tail.subarray(length)]),
      () => Buffer.concat([head, tail.subarray(length)]),
      () => Buffer.concat([head, tail.subarray(0, length), tail]),
      () => Buffer.from(head),
    ];
    bytes = (changes[below(changes.length)] as () => Buffer)();
  }
  return bytes;
}
