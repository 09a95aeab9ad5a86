import sharp from 'sharp';
import { expect, it } from 'vitest';
import { jpegFiles } from '../../src/video/jpeg-stream.js';

const jpeg = (progressive: boolean, seed: number) => {
  const data = Buffer.from(Array.from({ length: 40 * 30 * 3 }, (_, i) => (i * i * seed) & 255));
  return sharp(data, { raw: { width: 40, height: 30, channels: 3 } })
    .jpeg({ progressive, quality: 100 })
    .toBuffer();
};

async function* pieces(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function cut(bytes: Uint8Array, size: number, options = {}) {
  const found: Buffer[] = [];
  for await (const file of jpegFiles(pieces(bytes, size), options)) found.push(Buffer.from(file));
  return found;
}

/** With an end marker in a comment, and a whole picture in an application segment. */
function withSegments(file: Buffer, inner: Buffer): Buffer {
  const segment = (code: number, body: Buffer) =>
    Buffer.concat([Buffer.from([0xff, code, (body.length + 2) >> 8, (body.length + 2) & 255]), body]);
  return Buffer.concat([
    file.subarray(0, 2),
    segment(0xfe, Buffer.from([0xff, 0xd9, 0xff, 0xd8])),
    segment(0xe1, inner),
    segment(0xfe, Buffer.alloc(0)),
    file.subarray(2),
  ]);
}

it('cuts where files end, in pieces of any size', async () => {
  const [a, b, c] = await Promise.all([jpeg(false, 3), jpeg(true, 7), jpeg(false, 11)]);
  const files = [a, withSegments(b, c), c];
  const stream = Buffer.concat(files);
  for (const size of [1, 2, 3, 7, 64, 1000, stream.length]) expect(await cut(stream, size)).toEqual(files);
});

it('refuses what is no JPEG, what is cut off, and what is too large', async () => {
  const file = await jpeg(false, 5);
  await expect(cut(Buffer.from('no picture'), 4)).rejects.toThrow('The frames are no JPEG files.');
  await expect(cut(file.subarray(0, 300), 64)).rejects.toThrow('The frames ended 300 bytes into one.');
  await expect(cut(file, 64, { maxBytes: 500 })).rejects.toThrow('A frame has more than 500 bytes.');
  await expect(cut(Buffer.concat([file.subarray(0, 2), Buffer.from('xx')]), 9)).rejects.toThrow(
    'A JPEG frame is damaged.',
  );
});
