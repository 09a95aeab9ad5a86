import { SvError } from '../errors/sv-error.js';
import type { ImageLimits } from '../types/frame.js';

export const DEFAULT_LIMITS: Required<ImageLimits> = { maxBytes: 32 * 2 ** 20, maxPixels: 64_000_000 };

export function resolveLimits(limits: ImageLimits = {}): Required<ImageLimits> {
  return {
    maxBytes: limits.maxBytes ?? DEFAULT_LIMITS.maxBytes,
    maxPixels: Math.min(limits.maxPixels ?? DEFAULT_LIMITS.maxPixels, Number.MAX_SAFE_INTEGER),
  };
}

export function tooLarge(bytes: number, maxBytes: number): SvError {
  return new SvError('SV_IMAGE_TOO_LARGE', `The picture has ${bytes} bytes; at most ${maxBytes} are accepted.`, {
    fix: 'Send a smaller picture, or raise `images.maxBytes` in the config.',
  });
}

/** @param size where the header could be read that far */
export function tooManyPixels(maxPixels: number, size?: { width: number; height: number }): SvError {
  const received = size ? `${size.width} x ${size.height} = ${size.width * size.height} pixels` : 'too many pixels';
  return new SvError('SV_IMAGE_TOO_MANY_PIXELS', `The picture has ${received}; at most ${maxPixels} are accepted.`, {
    fix: 'Send a smaller picture, or raise `images.maxPixels` in the config.',
  });
}
