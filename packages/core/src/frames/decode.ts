// biome-ignore-all lint/style/noNonNullAssertion: indices into typed arrays, checked by the loops' bounds
import { SvError } from '../errors/sv-error.js';
import type { FrameInfo, ImageLimits, Pixels } from '../types/frame.js';
import { cmykToRgb } from './cmyk.js';
import { tooLarge, tooManyPixels } from './limits.js';
import { openSharp, type Sharp } from './open-sharp.js';
import { describeBytes, sniffFormat } from './sniff.js';

type Pipeline = ReturnType<Sharp>;

/** What the header says, and what the decoder has to know of it. */
export interface Header extends FrameInfo {
  /** Ink, which Pillow converts in its own way. */
  readonly cmyk: boolean;
  /** Transparency, which must be dropped before a resize, or sharp would weigh colours by it. */
  readonly alpha: boolean;
}

/** Sniffs, checks the limits and reads the header. Throws `SV_IMAGE_*`. */
export async function readHeader(bytes: Uint8Array, limits: Required<ImageLimits>): Promise<Header> {
  if (bytes.length === 0) {
    throw new SvError('SV_IMAGE_EMPTY', 'The picture has 0 bytes.', { fix: 'Check how it was saved or sent.' });
  }
  if (bytes.length > limits.maxBytes) throw tooLarge(bytes.length, limits.maxBytes);
  const format = sniffFormat(bytes);
  if (!format) {
    throw new SvError(
      'SV_IMAGE_FORMAT',
      `Received ${describeBytes(bytes)}, expected a JPEG, PNG, WebP, AVIF, TIFF or GIF.`,
      { fix: 'Convert the picture to one of them.' },
    );
  }
  try {
    const meta = await (await pipeline(bytes, limits)).metadata();
    const { width, height } = meta.autoOrient;
    if (width * height > limits.maxPixels) throw tooManyPixels(limits.maxPixels, { width, height });
    return {
      width,
      height,
      format,
      bytes: bytes.length,
      // 16-bit ink is rare and sharp's raw output would clip it, so it goes by its profile.
      cmyk: meta.space === 'cmyk' && meta.depth === 'uchar',
      alpha: meta.hasAlpha,
    };
  } catch (error) {
    const named = asImageError(error, limits);
    throw named.code === 'SV_IMAGE_TOO_MANY_PIXELS' ? tooManyPixels(limits.maxPixels, await declared(bytes)) : named;
  }
}

/** The size in the header of a picture that is refused for it; `undefined` where the decoder has a limit of its own. */
async function declared(bytes: Uint8Array): Promise<{ width: number; height: number } | undefined> {
  const sharp = await openSharp();
  // Only the header is read, so the limit on pixels guards nothing here.
  const { autoOrient } = await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch(() => ({ autoOrient: undefined }));
  return autoOrient;
}

/** Opens the encoded picture, upright, as numbers: no colour profile is applied, as Pillow applies none. */
export async function pipeline(bytes: Uint8Array, limits: Required<ImageLimits>): Promise<Pipeline> {
  const sharp = await openSharp();
  return sharp(bytes, {
    // 'warning' would refuse photos that every viewer shows, such as those with stray bytes before a marker.
    failOn: 'error',
    limitInputPixels: limits.maxPixels,
    ignoreIcc: true,
  }).autoOrient();
}

/** The whole picture as upright RGB. Throws `SV_IMAGE_*`. */
export async function decodePixels(bytes: Uint8Array, header: Header, limits: Required<ImageLimits>): Promise<Pixels> {
  try {
    const opened = await pipeline(bytes, limits);
    if (!header.cmyk) return await toRgb(opened);
    const { data, info } = await opened
      .pipelineColourspace('cmyk')
      .toColourspace('cmyk')
      .raw()
      .toBuffer({ resolveWithObject: true });
    if (info.channels < 4) throw new Error(`expected 4 channels of ink, received ${info.channels}`);
    const pixels = info.width * info.height;
    const ink = pickChannels(data, info.channels, pixels, 4);
    return { width: info.width, height: info.height, data: cmykToRgb(ink, pixels) };
  } catch (error) {
    throw asImageError(error, limits);
  }
}

/** Runs a pipeline into three 8-bit channels, whatever the picture has. */
export async function toRgb(opened: Pipeline): Promise<Pixels> {
  const { data, info } = await opened
    .removeAlpha()
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const pixels = info.width * info.height;
  return { width: info.width, height: info.height, data: pickChannels(data, info.channels, pixels, 3) };
}

// The first `wanted` of interleaved channels; fewer than wanted are grey, which is spread.
function pickChannels(data: Uint8Array, channels: number, pixels: number, wanted: number): Uint8Array {
  // A plain view, not a Buffer, so that the loops over pixels see one type of array.
  const view = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (channels === wanted) return view;
  const picked = new Uint8Array(pixels * wanted);
  for (let i = 0; i < pixels; i++) {
    for (let c = 0; c < wanted; c++) picked[i * wanted + c] = view[i * channels + (channels < wanted ? 0 : c)]!;
  }
  return picked;
}

/** Names what the decoder refused. */
export function asImageError(error: unknown, limits: Required<ImageLimits>): SvError {
  if (error instanceof SvError) return error;
  const reason = error instanceof Error ? error.message.trim() : String(error);
  if (/exceeds .*(limit|maximum)/i.test(reason)) return tooManyPixels(limits.maxPixels);
  const short = reason.split('\n', 1)[0]?.slice(0, 200);
  return new SvError('SV_IMAGE_CORRUPT', `The picture could not be decoded: ${short || 'no reason given'}.`, {
    fix: 'Save or send it again.',
    cause: error,
  });
}
