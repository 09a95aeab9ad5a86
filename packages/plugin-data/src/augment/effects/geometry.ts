// biome-ignore-all lint/style/noNonNullAssertion: indices into typed arrays, checked by the loops' bounds
import { compose, mapBoxes, turn } from '../affine.js';
import { defineEffect } from '../effect.js';
import { rawPicture, toPicture } from '../picture.js';
import { warp } from '../warp.js';

export const resizedCrop = defineEffect({
  name: 'resizedCrop',
  description: 'a part of the picture, brought back to the size of the whole or to another',
  settings: {
    scale: { low: 0.001, high: 1, default: [0.2, 1], meaning: 'the share of the area that is kept' },
    ratio: {
      low: 0.1,
      high: 10,
      default: [0.75, 1.333],
      meaning: 'width to height of the part, times that of the picture',
    },
    width: { low: 0, high: 8192, default: 0, meaning: 'the width that comes out, in pixels; 0 keeps it' },
    height: { low: 0, high: 8192, default: 0, meaning: 'the height that comes out, in pixels; 0 keeps it' },
  },
  apply(picture, { scale, ratio, width: toWidth, height: toHeight }, random) {
    const { width, height, boxes } = picture;
    const side = (share: number, whole: number) => Math.max(1, Math.min(whole, Math.round(share * whole)));
    const w = side(Math.sqrt(scale * ratio), width);
    const h = side(Math.sqrt(scale / ratio), height);
    const left = random.fork('left').below(width - w + 1);
    const top = random.fork('top').below(height - h + 1);
    const [outWidth, outHeight] = [Math.round(toWidth) || width, Math.round(toHeight) || height];
    const [sx, sy] = [outWidth / w, outHeight / h];
    const pipeline = rawPicture(picture)
      .extract({ left, top, width: w, height: h })
      .resize({ width: outWidth, height: outHeight, fit: 'fill', kernel: 'linear' });
    return toPicture(pipeline, mapBoxes(boxes, [sx, 0, -left * sx, 0, sy, -top * sy], outWidth, outHeight));
  },
});

export const flip = defineEffect({
  name: 'flip',
  description: 'left and right changed over, or top and bottom',
  settings: {
    horizontal: { low: 0, high: 1, default: 0.5, meaning: 'the probability that left and right change over' },
    vertical: { low: 0, high: 1, default: 0, meaning: 'the probability that top and bottom change over' },
  },
  apply(picture, { horizontal, vertical }, random) {
    const { width, height, data } = picture;
    let { boxes } = picture;
    if (random.fork('left-right').next() < horizontal) {
      for (let y = 0; y < height; y++) {
        for (let a = y * width * 3, b = a + (width - 1) * 3; a < b; a += 3, b -= 3) {
          for (let channel = 0; channel < 3; channel++) {
            const kept = data[a + channel]!;
            data[a + channel] = data[b + channel]!;
            data[b + channel] = kept;
          }
        }
      }
      boxes = boxes.map((box) => ({ ...box, x: width - box.x - box.width }));
    }
    if (random.fork('top-bottom').next() < vertical) {
      const stride = width * 3;
      for (let a = 0, b = (height - 1) * stride; a < b; a += stride, b -= stride) {
        const kept = data.slice(a, a + stride);
        data.copyWithin(a, b, b + stride);
        data.set(kept, b);
      }
      boxes = boxes.map((box) => ({ ...box, y: height - box.y - box.height }));
    }
    return { ...picture, boxes };
  },
});

export const rotate = defineEffect({
  name: 'rotate',
  description: 'turned about its centre, counter-clockwise above 0, with black corners',
  settings: { degrees: { low: -180, high: 180, default: [-10, 10], meaning: 'the angle, in degrees' } },
  apply: (picture, { degrees }) => warp(picture, turn(degrees, 1, picture.width / 2, picture.height / 2)),
});

export const shiftScale = defineEffect({
  name: 'shiftScale',
  description: 'shifted and scaled within its frame; what comes in from outside is black',
  settings: {
    x: { low: -1, high: 1, default: [-0.06, 0.06], meaning: 'the shift to the right, as a share of the width' },
    y: { low: -1, high: 1, default: [-0.06, 0.06], meaning: 'the shift downwards, as a share of the height' },
    scale: { low: 0.1, high: 10, default: [0.9, 1.1], meaning: 'the size of things afterwards, to that before' },
  },
  apply(picture, { x, y, scale }) {
    const { width, height } = picture;
    return warp(picture, compose(turn(0, scale, width / 2, height / 2), [1, 0, x * width, 0, 1, y * height]));
  },
});
