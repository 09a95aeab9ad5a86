// biome-ignore-all lint/style/noNonNullAssertion: indices into typed arrays, checked by the loops' bounds
import sharp from 'sharp';
import { decodePicture, type Picture } from '../picture.js';

/** The picture as it is stored: the validator never applies the EXIF orientation. Throws `SV_IMAGE_*`. */
export async function decodeAsStored(bytes: Uint8Array): Promise<Picture> {
  const upright = await decodePicture(bytes);
  const { orientation = 1 } = await sharp(bytes, { limitInputPixels: false }).metadata();
  return orientation > 1 && orientation <= 8 ? turnBack(upright, orientation) : upright;
}

/** Undoes what an orientation from 2 to 8 asks for. */
export function turnBack({ width, height, data, boxes }: Picture, orientation: number): Picture {
  const swapped = orientation >= 5;
  const [w, h] = swapped ? [height, width] : [width, height];
  const out = new Uint8Array(data.length);
  for (let y = 0, o = 0; y < h; y++) {
    for (let x = 0; x < w; x++, o += 3) {
      // Where the stored pixel (x, y) is seen.
      const [u, v] = swapped ? [y, x] : [x, y];
      const mirrorX = orientation === 2 || orientation === 3 || orientation === 6 || orientation === 7;
      const mirrorY = orientation === 3 || orientation === 4 || orientation === 7 || orientation === 8;
      const s = ((mirrorY ? height - 1 - v : v) * width + (mirrorX ? width - 1 - u : u)) * 3;
      out[o] = data[s]!;
      out[o + 1] = data[s + 1]!;
      out[o + 2] = data[s + 2]!;
    }
  }
  return { width: w, height: h, data: out, boxes };
}
