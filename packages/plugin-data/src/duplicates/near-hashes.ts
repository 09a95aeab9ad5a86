import { SvError } from '@streetvision/core';

/** Two entries whose hashes differ in few bits. */
export interface NearPair {
  readonly a: number;
  readonly b: number;
  /** Bits that differ. */
  readonly distance: number;
}

/**
 * All pairs of 64-bit hashes within `radius` bits. The bits are cut into `radius + 1` bands: two hashes that near have
 * at least one band alike, so that only those are compared. Equal hashes are compared once, whatever their number.
 *
 * @param hashes 16 hex digits each
 * @param radius 0 to 16
 * @example const pairs = [...nearHashes(hashes, 6)];
 */
export function* nearHashes(hashes: readonly string[], radius: number): Generator<NearPair> {
  if (!Number.isInteger(radius) || radius < 0 || radius > 16) {
    throw new SvError('SV_TRAIN_OPTIONS', `The radius is ${radius}, expected a whole number from 0 to 16.`);
  }
  const firsts = new Map<string, number>();
  const owners: number[] = [];
  for (const [i, hash] of hashes.entries()) {
    const first = firsts.get(hash);
    if (first === undefined) {
      firsts.set(hash, i);
      owners.push(i);
    } else yield { a: first, b: i, distance: 0 };
  }
  const high = Uint32Array.from(owners, (i) => Number.parseInt((hashes[i] as string).slice(0, 8), 16));
  const low = Uint32Array.from(owners, (i) => Number.parseInt((hashes[i] as string).slice(8), 16));
  const bands = radius + 1;
  const edges = Array.from({ length: bands + 1 }, (_, k) => Math.floor((k * 64) / bands));
  for (let band = 0; band < bands; band++) {
    const [from, to] = [edges[band] as number, edges[band + 1] as number];
    const buckets = new Map<number, number[]>();
    for (let i = 0; i < owners.length; i++) {
      const key = bits(high[i] as number, low[i] as number, from, to);
      const bucket = buckets.get(key);
      if (!bucket) {
        buckets.set(key, [i]);
        continue;
      }
      for (const j of bucket) {
        const distance =
          ones((high[i] as number) ^ (high[j] as number)) + ones((low[i] as number) ^ (low[j] as number));
        if (distance > radius || alikeBefore(band, i, j)) continue;
        yield { a: owners[j] as number, b: owners[i] as number, distance };
      }
      bucket.push(i);
    }
  }

  /** Whether an earlier band has told of the pair. */
  function alikeBefore(band: number, i: number, j: number): boolean {
    for (let k = 0; k < band; k++) {
      const [from, to] = [edges[k] as number, edges[k + 1] as number];
      if (bits(high[i] as number, low[i] as number, from, to) === bits(high[j] as number, low[j] as number, from, to))
        return true;
    }
    return false;
  }
}

/** Bits `from` to `to` of 64, as a number that is exact: a double holds 53, and two halves are put side by side. */
function bits(high: number, low: number, from: number, to: number): number {
  const top = from < 32 ? slice(high, from, Math.min(to, 32)) : 0;
  const bottom = to > 32 ? slice(low, Math.max(from, 32) - 32, to - 32) : 0;
  return top * 2 ** Math.max(0, to - Math.max(from, 32)) + bottom;
}

const slice = (word: number, from: number, to: number) => Math.floor((word >>> 0) / 2 ** (32 - to)) % 2 ** (to - from);

function ones(word: number): number {
  let n = word - ((word >>> 1) & 0x55555555);
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
