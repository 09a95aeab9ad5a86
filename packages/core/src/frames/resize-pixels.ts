import type { Pixels, Resample } from '../types/frame.js';
import { resample } from './resample.js';

export interface ResizePixelsOptions {
  /** Pixels. Both sides are scaled on their own. */
  readonly width: number;
  readonly height: number;
  /** @default 'bilinear' */
  readonly resample?: Resample;
  /** `true` filters while shrinking, as Pillow and torchvision do; `false` samples, as OpenCV does. @default true */
  readonly antialias?: boolean;
}

/**
 * Resizes pixels with the exact resampler: as Pillow (`rounding: 'uint8'`), as torchvision on tensors (`'float'`, values
 * from 0 to 255 that keep their fractions), and with `antialias: false` as OpenCV.
 * @example
 * const small = await resizePixels(await frame.pixels(), { width: 224, height: 224 });
 */
export async function resizePixels(
  pixels: Pixels,
  to: ResizePixelsOptions & { readonly rounding: 'float' },
): Promise<{ readonly width: number; readonly height: number; readonly data: Float32Array }>;
export async function resizePixels(
  pixels: Pixels,
  to: ResizePixelsOptions & { readonly rounding?: 'uint8' },
): Promise<Pixels>;
export async function resizePixels(
  pixels: Pixels,
  { width, height, ...how }: ResizePixelsOptions & { readonly rounding?: 'uint8' | 'float' },
): Promise<{ width: number; height: number; data: Uint8Array | Float32Array }> {
  const plan = {
    width,
    height,
    window: { x: 0, y: 0, width, height },
    left: 0,
    top: 0,
    placement: { scaleX: width / pixels.width, scaleY: height / pixels.height, offsetX: 0, offsetY: 0 },
  };
  const { resample: kernel = 'bilinear', antialias = true, rounding = 'uint8' } = how;
  return resample(pixels, plan, { resample: kernel, antialias, rounding });
}
