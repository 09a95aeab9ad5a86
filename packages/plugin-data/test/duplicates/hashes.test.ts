import { createRandom } from '@streetvision/core';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { nearHashes } from '../../src/duplicates/near-hashes.js';
import { perceptualHash } from '../../src/duplicates/perceptual-hash.js';
import { scene } from '../pictures.js';

const distance = (a: string, b: string) => {
  let bits = BigInt(`0x${a}`) ^ BigInt(`0x${b}`);
  let count = 0;
  for (; bits > 0n; bits >>= 1n) count += Number(bits & 1n);
  return count;
};

describe('perceptualHash', () => {
  it('is near for a smaller, compressed, brighter copy and far for another scene', async () => {
    const picture = await scene(1);
    const hash = await perceptualHash(picture);
    const copy = await sharp(picture).resize(200, 150).modulate({ brightness: 1.15 }).jpeg({ quality: 60 }).toBuffer();
    expect(hash).toMatch(/^[\da-f]{16}$/);
    expect(distance(hash, await perceptualHash(copy))).toBeLessThanOrEqual(6);
    const others = await Promise.all(
      [2, 3, 4, 5, 6].map(async (seed) => distance(hash, await perceptualHash(await scene(seed)))),
    );
    expect(Math.min(...others)).toBeGreaterThan(12);
  });

  it('refuses damaged pictures by code', async () => {
    const picture = await sharp(await scene(1))
      .jpeg()
      .toBuffer();
    await expect(perceptualHash(picture.subarray(0, 900))).rejects.toMatchObject({ code: 'SV_IMAGE_CORRUPT' });
    // Says that it has 9000 × 9000 pixels.
    const large = Buffer.from(picture);
    const start = large.indexOf(Buffer.from('ffc0', 'hex'));
    large.writeUInt16BE(9000, start + 5);
    large.writeUInt16BE(9000, start + 7);
    await expect(perceptualHash(large)).rejects.toMatchObject({ code: 'SV_IMAGE_TOO_MANY_PIXELS' });
    await expect(perceptualHash(Buffer.from('no picture'))).rejects.toMatchObject({ code: 'SV_IMAGE_FORMAT' });
  });
});

describe('nearHashes', () => {
  it.each([0, 3, 6, 9])('finds the pairs within %i bits that all comparisons find, each once', (radius) => {
    const random = createRandom(radius);
    const hashes: string[] = [];
    for (let i = 0; i < 60; i++) {
      const base = BigInt(random.below(2 ** 31)) * 2n ** 33n + BigInt(random.below(2 ** 31)) * 4n;
      hashes.push(base.toString(16).padStart(16, '0'));
      let near = base;
      for (let k = 0; k < random.below(12); k++) near ^= 1n << BigInt(random.below(64));
      hashes.push(near.toString(16).padStart(16, '0'));
    }
    hashes.push(hashes[0] as string);
    const found = [...nearHashes(hashes, radius)].map(
      ({ a, b, distance }) => `${Math.min(a, b)} ${Math.max(a, b)} ${distance}`,
    );
    const expected: string[] = [];
    for (const [i, one] of hashes.entries()) {
      for (let j = 0; j < i; j++) {
        // Of equal hashes the first stands for all.
        const [first, other] = [hashes.indexOf(hashes[j] as string), hashes.indexOf(one)];
        const d = distance(one, hashes[j] as string);
        if (d <= radius && first === j && (d === 0 || other === i)) expected.push(`${j} ${i} ${d}`);
      }
    }
    expect(found.sort()).toEqual(expected.sort());
    expect(expected.length).toBeGreaterThan(0);
  });
});
