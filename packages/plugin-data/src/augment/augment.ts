import { type Box, type Pixels, type Random, SvError } from '@streetvision/core';
import { decodePicture, encodeJpeg, type Picture } from './picture.js';
import { type Pipeline, preparePipeline, type ReadyPipeline } from './pipeline.js';

export interface AugmentOptions {
  /** What is seen in the picture, in pixels. It moves along where the geometry changes. @default [] */
  readonly boxes?: readonly Box[];
  /** Of the JPEG that comes out, 1–100. @default 92 */
  readonly quality?: number;
}

/** An augmented picture. */
export interface Augmented {
  /** A JPEG, upright, without metadata. */
  readonly bytes: Uint8Array;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Those of which at least a tenth is left in the picture. */
  readonly boxes: readonly Box[];
}

/**
 * Sends a picture through effects. Every effect draws from a stream of its own, named by the effect: the same seed gives
 * the same pixels, and a step more or less changes nothing of what the others draw.
 *
 * Throws `SV_DATA_AUGMENTATION` for names and settings, `SV_IMAGE_*` for the picture.
 * @param random pass a fork per picture and copy: `createRandom(seed).fork(id).fork(copy)`
 * @example
 * const random = createRandom(0).fork('street.jpg');
 * const { bytes } = await augment(await readFile('street.jpg'), ['flip', ['rain', { amount: 0.5 }]], random);
 */
export async function augment(
  bytes: Uint8Array,
  pipeline: Pipeline | ReadyPipeline,
  random: Random,
  { boxes = [], quality = 92 }: AugmentOptions = {},
): Promise<Augmented> {
  const ready = 'apply' in pipeline ? pipeline : preparePipeline(pipeline);
  const picture = await ready.apply(await decodePicture(bytes, boxes), random);
  const { width, height } = picture;
  return { bytes: await encodeJpeg(picture, quality), width, height, boxes: picture.boxes };
}

/** As `augment`, on pixels. Those given are not written to. Throws `SV_DATA_AUGMENTATION`. */
export async function augmentPixels(
  pixels: Pixels & { readonly boxes?: readonly Box[] },
  pipeline: Pipeline | ReadyPipeline,
  random: Random,
): Promise<Picture> {
  const { width, height, data, boxes = [] } = pixels;
  if (data.length !== width * height * 3) {
    throw new SvError(
      'SV_DATA_AUGMENTATION',
      `${data.length} bytes were given for ${width} x ${height} pixels, expected ${width * height * 3}.`,
      { fix: 'Pass interleaved 8-bit RGB, as `frame.pixels()` gives it.' },
    );
  }
  const ready = 'apply' in pipeline ? pipeline : preparePipeline(pipeline);
  return ready.apply({ width, height, data: new Uint8Array(data), boxes }, random);
}
