import { createFrame } from '../../frames/frame.js';
import { resolveLimits } from '../../frames/limits.js';
import { openSharp } from '../../frames/open-sharp.js';
import { readFrame } from '../../frames/read.js';
import type { ImageLimits } from '../../types/frame.js';
import type { Picture } from './types.js';

/** A data URI, or why there is none. */
export type Thumbnail = string | { readonly why: string };

/** Few pictures may be large; thousands must stay small, so that the file opens quickly. */
const WIDTHS = [
  { upTo: 300, width: 400 },
  { upTo: 1_000, width: 320 },
  { upTo: 3_000, width: 240 },
] as const;

/** Pixels. `count` is how many rows there will be, or how many came so far. */
export function thumbnailWidth(count: number): number {
  return WIDTHS.find(({ upTo }) => count <= upTo)?.width ?? 160;
}

/**
 * A small picture for a report, within the limits of a run. It never fails: what goes wrong is shown in its place.
 *
 * @param width pixels of the longer side, at most
 * @example const thumbnail = await makeThumbnail(bytes, 320); // 'data:image/webp;base64,…'
 */
export async function makeThumbnail(
  picture: Picture | undefined,
  width: number,
  limits?: ImageLimits,
): Promise<Thumbnail> {
  try {
    const source = typeof picture === 'function' ? await picture() : picture;
    if (source === undefined) return { why: 'No picture was given.' };
    const frame =
      typeof source === 'string'
        ? await readFrame(source, limits)
        : createFrame({ id: 'thumbnail', bytes: source }, limits);
    // the same format, byte and pixel limits as in a run, before anything is decoded
    await frame.info();
    const sharp = await openSharp();
    const bytes = await sharp(frame.bytes, { failOn: 'truncated', limitInputPixels: resolveLimits(limits).maxPixels })
      .timeout({ seconds: 10 })
      .autoOrient()
      .resize({ width, height: width, fit: 'inside', withoutEnlargement: true })
      .removeAlpha() // as the stages see it
      .webp({ quality: width > 300 ? 68 : 60, effort: 2 })
      .toBuffer();
    return `data:image/webp;base64,${bytes.toString('base64')}`;
  } catch (error) {
    return { why: error instanceof Error ? error.message : String(error) };
  }
}
