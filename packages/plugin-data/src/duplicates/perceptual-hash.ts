import { createFrame, SvError } from '@streetvision/core';
import sharp from 'sharp';

/** Side of the small picture whose cosine transform is hashed. */
const SIDE = 32;
/** Side of the block of low frequencies: 64 bits. */
const LOW = 8;

/** As many pixels as core reads where nothing else is said. */
const MOST_PIXELS = 64_000_000;

/** Low rows of the orthonormal DCT-II, `[LOW × SIDE]`. */
const COSINES = Float64Array.from({ length: LOW * SIDE }, (_, i) => {
  const [k, n] = [Math.floor(i / SIDE), i % SIDE];
  return Math.cos((Math.PI * (n + 0.5) * k) / SIDE) * Math.sqrt((k === 0 ? 1 : 2) / SIDE);
});

/**
 * 64 bits that look alike for pictures that look alike (pHash): the signs of the low frequencies of the cosine
 * transform, against their median. Survives scaling, JPEG and small changes of light; not mirroring or cropping.
 * @returns 16 hex digits. Throws `SV_IMAGE_*`
 */
export async function perceptualHash(bytes: Uint8Array): Promise<string> {
  let small: Buffer;
  try {
    small = await sharp(bytes, { failOn: 'error', limitInputPixels: MOST_PIXELS })
      .rotate()
      .flatten()
      .greyscale()
      .resize(SIDE, SIDE, { fit: 'fill' })
      .raw()
      .toBuffer();
  } catch (error) {
    // Core knows by which code a picture is refused.
    await createFrame({ id: '', bytes }).pixels();
    throw new SvError('SV_IMAGE_CORRUPT', `The picture could not be read: ${(error as Error).message}.`, {
      cause: error,
    });
  }
  return hashOf(small);
}

function hashOf(grey: Uint8Array): string {
  const rows = new Float64Array(SIDE * LOW);
  for (let y = 0; y < SIDE; y++) {
    for (let k = 0; k < LOW; k++) {
      let sum = 0;
      for (let x = 0; x < SIDE; x++) sum += (COSINES[k * SIDE + x] as number) * (grey[y * SIDE + x] as number);
      rows[y * LOW + k] = sum;
    }
  }
  const low: number[] = [];
  for (let j = 0; j < LOW; j++) {
    for (let k = 0; k < LOW; k++) {
      let sum = 0;
      for (let y = 0; y < SIDE; y++) sum += (COSINES[j * SIDE + y] as number) * (rows[y * LOW + k] as number);
      // The mean says how bright the picture is, and nothing of what it shows.
      low.push(j === 0 && k === 0 ? 0 : Math.round(sum * 1e6) / 1e6);
    }
  }
  const median = [...low].sort((a, b) => a - b)[32] as number;
  let hex = '';
  for (let i = 0; i < 64; i += 4) {
    const bits = [0, 1, 2, 3].map((k) => Number((low[i + k] as number) > median));
    hex += ((bits[0] as number) * 8 + (bits[1] as number) * 4 + (bits[2] as number) * 2 + (bits[3] as number)).toString(
      16,
    );
  }
  return hex;
}
