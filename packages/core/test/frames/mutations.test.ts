import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { isSvError } from '../../src/errors/sv-error.js';
import { createFrame } from '../../src/frames/frame.js';
import type { TensorSpec } from '../../src/types/frame.js';
import { drawing, drawn } from './pictures.js';

const LIMITS = { maxBytes: 2 ** 20, maxPixels: 400_000 };
const SPECS: readonly TensorSpec[] = [
  { width: 16, height: 16 },
  { width: 16, height: 16, fit: 'crop', shortestEdge: 20, resample: 'bicubic' },
  { width: 24, height: 16, fit: 'letterbox', antialias: false },
  { width: 16, height: 16, rounding: 'float', exact: true },
];

/** Mutations in all, and how many run side by side. */
const TOTAL = 10_000;
const CHUNK = 50;

type Mutation =
  | { readonly kind: 'set'; readonly at: number; readonly byte: number }
  | { readonly kind: 'flip'; readonly at: number; readonly bit: number }
  | { readonly kind: 'cut'; readonly at: number }
  | { readonly kind: 'remove'; readonly at: number; readonly length: number }
  | { readonly kind: 'insert'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'repeat'; readonly at: number; readonly length: number }
  | { readonly kind: 'zero'; readonly at: number; readonly length: number };

// Half of the places lie in the first 300 bytes: headers are where decoders break. Without bias, which would hit the
// first byte again and again and end at the format check.
const place = fc.noBias(
  fc.oneof(
    fc.nat(1_000_000).map((millionths) => millionths / 1_000_000),
    fc.integer({ min: 2, max: 300 }),
  ),
);
const length = fc.noBias(fc.nat(60));
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({ kind: fc.constant('set'), at: place, byte: fc.constantFrom(0, 1, 0x7f, 0x80, 0xff, 0xd9, 0xda) }),
  fc.record({ kind: fc.constant('flip'), at: place, bit: fc.nat(7) }),
  fc.record({ kind: fc.constant('cut'), at: place }),
  fc.record({ kind: fc.constant('remove'), at: place, length }),
  fc.record({ kind: fc.constant('insert'), at: place, bytes: fc.uint8Array({ maxLength: 40 }) }),
  fc.record({ kind: fc.constant('repeat'), at: place, length }),
  fc.record({ kind: fc.constant('zero'), at: place, length }),
) as fc.Arbitrary<Mutation>;

function mutate(bytes: Uint8Array, change: Mutation): Uint8Array {
  // Below 1 it is a share of the file, otherwise a position.
  const at = Math.min(bytes.length, Math.floor(change.at <= 1 ? change.at * bytes.length : change.at));
  const [head, tail] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (change.kind) {
    case 'set':
      return Uint8Array.from(bytes, (byte, i) => (i === at ? change.byte : byte));
    case 'flip':
      return Uint8Array.from(bytes, (byte, i) => (i === at ? byte ^ (1 << change.bit) : byte));
    case 'cut':
      return head.slice();
    case 'remove':
      return Buffer.concat([head, tail.subarray(change.length)]);
    case 'insert':
      return Buffer.concat([head, change.bytes, tail]);
    case 'repeat':
      return Buffer.concat([head, tail.subarray(0, change.length), tail]);
    case 'zero':
      return Uint8Array.from(bytes, (byte, i) => (i >= at && i < at + change.length ? 0 : byte));
  }
}

/** Pictures of every kind: small ones of our own, and where they are at hand the goldens that are small. */
async function originals(): Promise<Uint8Array[]> {
  const small = () => drawing(40, 30);
  const turned = () => small().withMetadata({ orientation: 6 });
  const made = await Promise.all([
    small().jpeg().toBuffer(),
    turned().jpeg({ progressive: true }).toBuffer(),
    small().greyscale().jpeg().toBuffer(),
    small().toColourspace('cmyk').jpeg().toBuffer(),
    small().png().toBuffer(),
    small().ensureAlpha(0.5).png({ progressive: true }).toBuffer(),
    small().png({ palette: true }).toBuffer(),
    small().toColourspace('rgb16').png().toBuffer(),
    small().webp().toBuffer(),
    small().ensureAlpha(0.5).webp({ lossless: true }).toBuffer(),
    small().avif({ effort: 0 }).toBuffer(),
    small().tiff({ compression: 'lzw' }).toBuffer(),
    small().tiff({ compression: 'jpeg', tile: true, tileWidth: 16, tileHeight: 16 }).toBuffer(),
    small().toColourspace('cmyk').tiff({ compression: 'deflate', predictor: 'none' }).toBuffer(),
    small().gif().toBuffer(),
  ]);
  if (!process.env.SV_SHARED) return made;
  const folder = join(process.env.SV_SHARED, 'goldens/images');
  const names = [
    'street_224x224.jpg',
    'gray_400x300.jpg',
    'exif6_400x300.jpg',
    'rgba_300x200.png',
    'bad/gif_renamed.jpg',
  ];
  expect(readdirSync(folder)).toEqual(expect.arrayContaining(names.slice(0, 4)));
  return [...made, ...names.map((name) => readFileSync(join(folder, name)))];
}

describe('random mutations of real pictures', () => {
  let pictures: Uint8Array[] = [];
  beforeAll(async () => {
    pictures = await originals();
  });

  const seen = { decoded: 0, refused: new Map<string, number>() };

  async function check(bytes: Uint8Array, spec: TensorSpec): Promise<void> {
    try {
      const { data } = await createFrame({ id: 'mutant', bytes }, LIMITS).tensor(spec);
      expect(data.every((value) => value >= 0 && value <= 1)).toBe(true);
      seen.decoded++;
    } catch (error) {
      if (!isSvError(error)) throw error;
      expect(error.code).toMatch(/^SV_IMAGE_(EMPTY|FORMAT|CORRUPT|TOO_LARGE|TOO_MANY_PIXELS)$/);
      seen.refused.set(error.code, (seen.refused.get(error.code) ?? 0) + 1);
    }
  }

  it(`${TOTAL} of them each decode or are refused with a code, and no memory stays behind`, {
    timeout: 120_000,
  }, async () => {
    const mutant = fc
      .tuple(
        fc.noBias(fc.nat(pictures.length - 1)),
        fc.array(mutation, { minLength: 1, maxLength: 3 }),
        fc.noBias(fc.nat(SPECS.length - 1)),
      )
      .map(([index, changes, spec]) => ({ index, changes, spec }));
    const memory: number[] = [];
    await fc.assert(
      fc.asyncProperty(fc.array(mutant, { minLength: CHUNK, maxLength: CHUNK, size: 'max' }), async (mutants) => {
        await Promise.all(
          mutants.map(({ index, changes, spec }) =>
            check(changes.reduce(mutate, pictures[index] as Uint8Array), SPECS[spec] as TensorSpec),
          ),
        );
        memory.push(process.memoryUsage().rss);
      }),
      { numRuns: TOTAL / CHUNK, endOnFailure: true },
    );
    const refused = [...seen.refused.values()].reduce((a, b) => a + b, 0);
    expect(seen.decoded + refused).toBe(TOTAL);
    // Both ends must really be reached, or the mutations would test nothing.
    expect(seen.decoded).toBeGreaterThan(TOTAL / 10);
    expect(seen.refused.get('SV_IMAGE_CORRUPT')).toBeGreaterThan(TOTAL / 10);
    expect(seen.refused.get('SV_IMAGE_FORMAT')).toBeGreaterThan(TOTAL / 100);
    // Flat after warming up: what the second half adds is noise of the allocator, not a share of every picture.
    const half = memory.length / 2;
    const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] as number;
    expect(median(memory.slice(-20)) - median(memory.slice(half, half + 20))).toBeLessThan(64 * 2 ** 20);
  });

  it('the next picture decodes as if nothing had happened', async () => {
    const bytes = await drawing(40, 30).png().toBuffer();
    expect((await createFrame({ id: 'fine', bytes }).pixels()).data).toEqual(drawn(40, 30));
  });
});
