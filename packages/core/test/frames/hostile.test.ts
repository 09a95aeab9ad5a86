import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { createFrame } from '../../src/frames/frame.js';
import type { ImageLimits, TensorSpec } from '../../src/types/frame.js';
import { drawing, jpeg, png } from './pictures.js';

const SPECS: TensorSpec[] = [
  { width: 32, height: 32 },
  { width: 32, height: 32, fit: 'crop' },
  { width: 64, height: 64, fit: 'letterbox', antialias: false },
  { width: 32, height: 32, exact: true, rounding: 'float' },
];

/** What became of a picture: the one code that every way of using it gives, or 'decoded'. */
async function outcome(bytes: Uint8Array, limits?: ImageLimits): Promise<string> {
  const codes = new Set<string>();
  for (const spec of SPECS) {
    const code = await createFrame({ id: 'x', bytes }, limits)
      .tensor(spec)
      .then(
        ({ data }) => (data.every(Number.isFinite) ? 'decoded' : 'NaN'),
        (error) => error.code,
      );
    codes.add(code);
  }
  return [...codes].join(' or ');
}

const text = (content: string) => new TextEncoder().encode(content);

/** Overwrites the size in a PNG's header, and its checksum. */
async function pngOfSize(width: number, height: number): Promise<Uint8Array> {
  const bytes = await png(8, 8);
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29);
  return bytes;
}

// `zlib.crc32` came with Node 20.15 and the types do not know it.
function crc32(data: Buffer): number {
  let crc = -1;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
  }
  return ~crc >>> 0;
}

describe('hostile input', () => {
  it('no bytes', async () => expect(await outcome(new Uint8Array(0))).toBe('SV_IMAGE_EMPTY'));

  it.each([
    ['an HTML page', '<!DOCTYPE html><html><body>404</body></html>'],
    ['an SVG', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'],
    ['JSON', '{"error":"no"}'],
    ['a PDF', '%PDF-1.7'],
    ['HEIC', '\0\0\0\x18ftypheic\0\0\0\0mif1heic'],
    ['a PPM', 'P6 1 1 255 abc'],
    ['one byte', 'x'],
  ])('%s is another format', async (_, content) => expect(await outcome(text(content))).toBe('SV_IMAGE_FORMAT'));

  it('says what it took the bytes for', async () => {
    const message = (content: string) =>
      createFrame({ id: 'x', bytes: text(content) })
        .info()
        .catch((error: Error) => error.message);
    expect(await message('<html>')).toMatchInlineSnapshot(
      `"Received an HTML page, expected a JPEG, PNG, WebP, AVIF, TIFF or GIF. Convert the picture to one of them."`,
    );
    expect(await message('version https://git-lfs.github.com/spec/v1')).toMatchInlineSnapshot(
      `"Received a Git LFS pointer, expected a JPEG, PNG, WebP, AVIF, TIFF or GIF. Convert the picture to one of them."`,
    );
    expect(await message('abcdefghij')).toMatchInlineSnapshot(
      `"Received bytes that begin with 6162636465666768, expected a JPEG, PNG, WebP, AVIF, TIFF or GIF. Convert the picture to one of them."`,
    );
  });

  it.each(['jpeg', 'png', 'webp', 'avif', 'tiff', 'gif'] as const)('%s, cut at every tenth', async (format) => {
    const bytes = await drawing(400, 300).toFormat(format, { effort: 1 }).toBuffer();
    expect(await outcome(bytes)).toBe('decoded');
    for (const tenth of [1, 2, 3, 4, 5, 6, 7, 8, 9]) {
      expect(await outcome(bytes.subarray(0, (bytes.length * tenth) / 10))).toMatch(/^SV_IMAGE_(CORRUPT|FORMAT)$/);
    }
  });

  it('more bytes than the limit, before anything is decoded', async () => {
    const bytes = await jpeg(64, 64);
    expect(await outcome(bytes, { maxBytes: bytes.length - 1 })).toBe('SV_IMAGE_TOO_LARGE');
    expect(await outcome(bytes, { maxBytes: bytes.length })).toBe('decoded');
  });

  it('more pixels than the limit, by the header alone', async () => {
    const bomb = createFrame({ id: 'bomb', bytes: await pngOfSize(60_000, 60_000) });
    await expect(bomb.info()).rejects.toThrow('has 60000 x 60000 = 3600000000 pixels; at most 64000000 are accepted');
    for (const format of ['jpeg', 'png', 'webp', 'avif', 'tiff', 'gif'] as const) {
      const bytes = await drawing(40, 30).toFormat(format).toBuffer();
      expect(await outcome(bytes, { maxPixels: 1199 })).toBe('SV_IMAGE_TOO_MANY_PIXELS');
      expect(await outcome(bytes, { maxPixels: 1200 })).toBe('decoded');
    }
  });

  it('a header that promises more than the data holds', async () => {
    expect(await outcome(await pngOfSize(4000, 4000))).toBe('SV_IMAGE_CORRUPT');
    expect(await outcome(await pngOfSize(0, 5))).toBe('SV_IMAGE_CORRUPT');
  });

  it('one pixel, one row and one column', async () => {
    for (const [width, height] of [
      [1, 1],
      [5000, 1],
      [1, 5000],
    ] as const) {
      const bytes = await sharp({ create: { width, height, channels: 3, background: '#456' } })
        .png()
        .toBuffer();
      expect(await outcome(bytes)).toBe('decoded');
    }
  });

  it.skipIf(!process.env.SV_SHARED)('the malformed pictures of the goldens', async () => {
    const bad = join(process.env.SV_SHARED as string, 'goldens/images/bad');
    const outcomes: Record<string, string> = {};
    for (const name of [
      'bad_crc_idat.png',
      'bad_crc_ihdr.png',
      'declares_60000x60000.jpg',
      'declares_60000x60000.png',
      'empty.jpg',
      'gif_renamed.jpg',
      'not_an_image.jpg',
      'truncated.jpg',
      'truncated_header.jpg',
    ]) {
      outcomes[name] = await outcome(readFileSync(join(bad, name)));
    }
    expect(outcomes).toEqual({
      'bad_crc_idat.png': 'SV_IMAGE_CORRUPT',
      'bad_crc_ihdr.png': 'SV_IMAGE_CORRUPT',
      'declares_60000x60000.jpg': 'SV_IMAGE_TOO_MANY_PIXELS',
      'declares_60000x60000.png': 'SV_IMAGE_TOO_MANY_PIXELS',
      'empty.jpg': 'SV_IMAGE_EMPTY',
      // A whole GIF, and the name does not matter.
      'gif_renamed.jpg': 'decoded',
      'not_an_image.jpg': 'SV_IMAGE_FORMAT',
      'truncated.jpg': 'SV_IMAGE_CORRUPT',
      'truncated_header.jpg': 'SV_IMAGE_CORRUPT',
    });
  });
});
