import { createFrame, isSvError } from '@streetvision/core';
import sharp from 'sharp';
import { perceptualHash } from '../duplicates/perceptual-hash.js';

/** Why a picture is not taken. */
export type Refused = 'unreadable' | 'black' | 'blank' | 'duplicate' | 'refused';

export interface CheckedPicture {
  /** 16 hex digits. */
  readonly hash: string;
  readonly why?: Refused;
  /** The picture that it is a duplicate of. */
  readonly of?: string;
}

/** Below this mean and spread a picture is what a safety filter gives in place of one. Of 255. */
const BLACK = 8;
const BLANK_SPREAD = 3;

/**
 * Looks at a picture that was made: it must decode, must not be black or of one colour, and must not look like one
 * that is there already.
 * @param radius bits of the perceptual hash, of 64, within which two pictures count as one
 */
export async function checkPicture(
  bytes: Uint8Array,
  known: ReadonlyMap<string, string>,
  radius: number,
): Promise<CheckedPicture> {
  try {
    await createFrame({ id: 'generated', bytes }).pixels();
  } catch (error) {
    if (!isSvError(error)) throw error;
    return { hash: '', why: 'unreadable' };
  }
  const { channels } = await sharp(bytes).flatten().stats();
  const spread = Math.max(...channels.map(({ stdev }) => stdev));
  const mean = Math.max(...channels.map((channel) => channel.mean));
  if (mean < BLACK && spread < BLACK) return { hash: '', why: 'black' };
  if (spread < BLANK_SPREAD) return { hash: '', why: 'blank' };
  const hash = await perceptualHash(bytes);
  for (const [other, name] of known) if (distance(hash, other) <= radius) return { hash, why: 'duplicate', of: name };
  return { hash };
}

/** Bits that differ. */
function distance(a: string, b: string): number {
  let bits = BigInt(`0x${a}`) ^ BigInt(`0x${b}`);
  let count = 0;
  for (; bits > 0n; bits &= bits - 1n) count++;
  return count;
}
