// biome-ignore-all lint/style/noNonNullAssertion: indices into typed arrays, checked by the loops' bounds
import sharp from 'sharp';
import { defineEffect } from '../effect.js';
import { encodeJpeg, rawPicture, toPicture } from '../picture.js';

export const gaussianBlur = defineEffect({
  name: 'gaussianBlur',
  description: 'out of focus',
  settings: { sigma: { low: 0.3, high: 100, default: [0.5, 3], meaning: 'the standard deviation, in pixels' } },
  apply: (picture, { sigma }) => toPicture(rawPicture(picture).blur(sigma), picture.boxes),
});

export const motionBlur = defineEffect({
  name: 'motionBlur',
  description: 'smeared along a line, as by a car that shakes',
  settings: {
    length: { low: 1, high: 101, default: [5, 21], meaning: 'the length of the line, in pixels' },
    degrees: { low: 0, high: 180, default: [0, 180], meaning: 'the angle of the line, in degrees' },
  },
  apply(picture, { length, degrees }) {
    const size = 2 * Math.round((length - 1) / 2) + 1;
    if (size < 3) return picture;
    const kernel = new Array<number>(size * size).fill(0);
    const angle = (degrees * Math.PI) / 180;
    const half = (size - 1) / 2;
    for (let i = -half; i <= half; i++) {
      const at = Math.round(half - Math.sin(angle) * i) * size + Math.round(half + Math.cos(angle) * i);
      kernel[at] = 1;
    }
    const blurred = rawPicture(picture).convolve({ width: size, height: size, kernel });
    return toPicture(blurred, picture.boxes);
  },
});

export const jpeg = defineEffect({
  name: 'jpeg',
  description: 'saved as a JPEG of low quality and read again',
  settings: { quality: { low: 1, high: 100, default: [30, 90], meaning: 'the quality of libjpeg' } },
  async apply(picture, { quality }) {
    return toPicture(sharp(await encodeJpeg(picture, Math.round(quality))), picture.boxes);
  },
});

export const pixelate = defineEffect({
  name: 'pixelate',
  description: 'squares of one colour',
  settings: { size: { low: 1, high: 256, default: [3, 10], meaning: 'the side of a square, in pixels' } },
  apply(picture, { size }) {
    const { width, height, data } = picture;
    const side = Math.round(size);
    const columns = Math.ceil(width / side);
    const sums = new Uint32Array(columns * 3);
    for (let top = 0; top < height; top += side) {
      const bottom = Math.min(height, top + side);
      sums.fill(0);
      for (let y = top; y < bottom; y++) {
        for (let x = 0, i = y * width * 3; x < width; x++, i += 3) {
          const at = ((x / side) | 0) * 3;
          sums[at]! += data[i]!;
          sums[at + 1]! += data[i + 1]!;
          sums[at + 2]! += data[i + 2]!;
        }
      }
      for (let column = 0; column < columns; column++) {
        const count = (Math.min(width, (column + 1) * side) - column * side) * (bottom - top);
        for (let channel = 0; channel < 3; channel++) {
          const at = column * 3 + channel;
          sums[at] = Math.round(sums[at]! / count);
        }
      }
      for (let y = top; y < bottom; y++) {
        for (let x = 0, i = y * width * 3; x < width; x++, i += 3) {
          const at = ((x / side) | 0) * 3;
          data[i] = sums[at]!;
          data[i + 1] = sums[at + 1]!;
          data[i + 2] = sums[at + 2]!;
        }
      }
    }
    return picture;
  },
});
