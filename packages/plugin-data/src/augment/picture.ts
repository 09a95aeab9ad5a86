import { type Box, createFrame, type ImageLimits } from '@streetvision/core';
import sharp from 'sharp';

/** Pixels that an effect may write to, and the boxes on them. */
export interface Picture {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Interleaved 8-bit RGB: `width * height * 3` bytes. */
  readonly data: Uint8Array;
  readonly boxes: readonly Box[];
}

/** The whole picture, upright; its pixels belong to the caller. Throws `SV_IMAGE_*`. */
export async function decodePicture(
  bytes: Uint8Array,
  boxes: readonly Box[] = [],
  limits?: ImageLimits,
): Promise<Picture> {
  // The frame is dropped here, so nobody else sees the pixels change.
  const { width, height, data } = await createFrame({ id: 'picture', bytes }, limits).pixels();
  return { width, height, data, boxes };
}

/** Pixels as sharp takes them. */
export const rawPicture = ({ data, width, height }: Omit<Picture, 'boxes'>) =>
  sharp(data, { raw: { width, height, channels: 3 }, limitInputPixels: false });

/** As JPEG: 4:2:0, without metadata. @param quality 1–100 */
export const encodeJpeg = async (picture: Omit<Picture, 'boxes'>, quality: number): Promise<Uint8Array> =>
  plain(await rawPicture(picture).jpeg({ quality, chromaSubsampling: '4:2:0' }).toBuffer());

/** What is left of a sharp pipeline that ends in three channels. */
export async function toPicture(pipeline: ReturnType<typeof sharp>, boxes: readonly Box[]): Promise<Picture> {
  const { data, info } = await pipeline.raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: plain(data), boxes };
}

/** A plain view: the loops over pixels stay fast where they see one type of array. */
const plain = (buffer: Uint8Array) => new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
