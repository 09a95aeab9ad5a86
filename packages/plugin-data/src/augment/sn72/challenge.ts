import type { Random } from '@streetvision/core';
import sharp from 'sharp';
import { type Picture, rawPicture } from '../picture.js';
import { decodeAsStored } from './as-stored.js';
import { DISTORTIONS, type DistortionName, distort } from './distortions.js';
import {
  centralSquare,
  cut,
  letterbox,
  letterboxSides,
  type Part,
  randomSquare,
  tensorToSide,
  toSide,
  turnedPart,
} from './geometry.js';

/** How the validator of subnet 72 prepared pictures: January, April and May 2026. */
export const SN72_PROFILES = ['2026-01', '2026-04', '2026-05'] as const;
export type Sn72Profile = (typeof SN72_PROFILES)[number];

/** A picture as a miner receives it, and what was done to it. */
export interface Sn72Challenge {
  /** A JPEG of quality 75, 4:2:0, without metadata. */
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** 0–3, each with a probability of a quarter; -1 where nothing is augmented. */
  readonly level: number;
  /** Counter-clockwise, within ±20; levels 1–3 only. */
  readonly degrees?: number;
  /** What was cut out, in pixels of the stored picture; January only. */
  readonly part?: Part;
  /** Level of each distortion, 0 for none; levels 2 and 3 only. */
  readonly distortions?: Readonly<Partial<Record<DistortionName, number>>>;
}

/**
 * Prepares a picture as the validator of subnet 72 did, with its quirks: the EXIF orientation is not applied, turned
 * pictures have black corners, nothing is ever flipped, and the distortion that it calls JPEG is a scaling down and up.
 *
 * The steps follow the validator's source. Its random numbers are its own, so pictures agree in distribution and not one
 * by one; see the guide for what was checked. Throws `SV_IMAGE_*`.
 * @example
 * const { bytes, level } = await sn72Challenge(await readFile('street.jpg'), '2026-01', createRandom(7));
 */
export async function sn72Challenge(bytes: Uint8Array, profile: Sn72Profile, random: Random): Promise<Sn72Challenge> {
  if (profile === '2026-05') return native(bytes);
  const picture = await decodeAsStored(bytes);
  // So narrow a picture makes the validator's resize fail, and it then sends what it has.
  if (profile === '2026-04' && letterboxSides(picture).includes(0)) return send(picture, { level: -1 });
  const level = random.fork('level').below(4);
  if (level === 0) {
    if (profile === '2026-04') return send(await letterbox(picture), { level });
    const part = centralSquare(picture);
    return send(await toSide(cut(picture, part)), { level, part });
  }
  const degrees = random.fork('degrees').between(-20, 20);
  const part = profile === '2026-01' ? randomSquare(picture, random.fork('part')) : undefined;
  let out = part
    ? await tensorToSide(turnedPart(picture, degrees, part))
    : turnWhole(await letterbox(picture), degrees);
  if (level === 1) return send(out, { level, degrees, ...(part ? { part } : {}) });
  const distortions: Partial<Record<DistortionName, number>> = {};
  for (const name of level === 2 ? DISTORTIONS.slice(0, 3) : DISTORTIONS) {
    const own = random.fork(name);
    // Level 2 draws from 0 and 1, level 3 from 0, 1 and 2.
    const strength = own.below(level);
    distortions[name] = strength;
    if (strength > 0) out = await distort(out, name, strength, own);
  }
  return send(out, { level, degrees, distortions, ...(part ? { part } : {}) });
}

const turnWhole = (picture: Picture, degrees: number) =>
  turnedPart(picture, degrees, { x: 0, y: 0, width: picture.width, height: picture.height });

async function send(
  picture: Picture,
  facts: Omit<Sn72Challenge, 'bytes' | 'width' | 'height'>,
): Promise<Sn72Challenge> {
  const { width, height } = picture;
  return { bytes: await asJpeg(rawPicture(picture)), width, height, ...facts };
}

/** May: saved again as it is. Grey and ink stay what they are; everything else becomes RGB. */
async function native(bytes: Uint8Array): Promise<Sn72Challenge> {
  // Decoded first for its limits and its errors.
  const picture = await decodeAsStored(bytes);
  const { space, channels, depth } = await sharp(bytes, { limitInputPixels: false }).metadata();
  if (depth === 'uchar' && ((space === 'b-w' && channels === 1) || space === 'cmyk')) {
    const colours = space === 'cmyk' ? 'cmyk' : 'b-w';
    const stored = sharp(bytes, { failOn: 'error', ignoreIcc: true, limitInputPixels: false });
    const saved = await asJpeg(stored.pipelineColourspace(colours).toColourspace(colours));
    return { bytes: saved, width: picture.width, height: picture.height, level: -1 };
  }
  return send(picture, { level: -1 });
}

// Pillow's defaults; the Huffman tables are the standard ones there, too.
const asJpeg = async (pipeline: ReturnType<typeof sharp>): Promise<Uint8Array> =>
  new Uint8Array(await pipeline.jpeg({ quality: 75, chromaSubsampling: '4:2:0', optimiseCoding: false }).toBuffer());
