import sharp from 'sharp';

export interface PictureOptions {
  /** Pixels. @default 64 */
  readonly width?: number;
  /** Pixels. @default 48 */
  readonly height?: number;
  /** Another seed draws another picture; the same seed the same bytes. @default 1 */
  readonly seed?: number;
  /** What the shapes lie on. @default drawn from the seed */
  readonly background?: readonly [red: number, green: number, blue: number];
  /** Rectangles drawn over the background. @default 6 */
  readonly shapes?: number;
  /** @default 'jpeg' */
  readonly format?: 'jpeg' | 'png' | 'webp';
}

/**
 * An encoded picture of coloured rectangles and a little noise, drawn from a seed.
 *
 * @example
 * const bytes = await testPicture({ width: 640, height: 480, seed: 7 });
 */
export async function testPicture(options: PictureOptions = {}): Promise<Buffer> {
  const { width = 64, height = 48, seed = 1, shapes = 6, format = 'jpeg' } = options;
  const random = randomOf(seed);
  const colour = () => [random() * 256, random() * 256, random() * 256] as const;
  const pixels = new Uint8Array(width * height * 3);
  fill(pixels, width, [0, 0, width, height], options.background ?? colour());
  for (let shape = 0; shape < shapes; shape++) {
    const left = Math.floor(random() * width);
    const top = Math.floor(random() * height);
    const right = Math.min(width, left + 1 + Math.floor((random() * width) / 2));
    const bottom = Math.min(height, top + 1 + Math.floor((random() * height) / 2));
    fill(pixels, width, [left, top, right, bottom], colour());
  }
  // Noise keeps two pictures of equal shapes apart, and an encoder from storing next to nothing.
  for (let i = 0; i < pixels.length; i++) pixels[i] = clamp((pixels[i] as number) + (random() - 0.5) * 12);
  const image = sharp(pixels, { raw: { width, height, channels: 3 } });
  if (format === 'png') return image.png().toBuffer();
  return format === 'webp' ? image.webp({ quality: 90 }).toBuffer() : image.jpeg({ quality: 90 }).toBuffer();
}

type Area = readonly [left: number, top: number, right: number, bottom: number];

function fill(pixels: Uint8Array, width: number, area: Area, colour: readonly number[]): void {
  const [left, top, right, bottom] = area;
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      for (let channel = 0; channel < 3; channel++) pixels[(y * width + x) * 3 + channel] = colour[channel] as number;
    }
  }
}

const clamp = (value: number) => Math.max(0, Math.min(255, value));

/** mulberry32: numbers in [0, 1) from a seed. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
