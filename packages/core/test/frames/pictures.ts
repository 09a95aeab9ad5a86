import sharp, { type Sharp } from 'sharp';

/** A drawn street scene of a kind: smooth sky, hard edges, and a corner of its own colour each. */
export function drawn(width: number, height: number): Uint8Array {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = (y * width + x) * 3;
      const stripe = Math.floor(x / 5 + y / 7) % 2 === 0;
      data[i] = y < height / 2 ? 90 + (60 * x) / width : stripe ? 235 : 40;
      data[i + 1] = y < height / 2 ? 140 + (60 * y) / height : stripe ? 120 : 44;
      data[i + 2] = y < height / 2 ? 215 : stripe ? 20 : 48;
    }
  }
  const corner = (x0: number, y0: number, colour: readonly number[]) => {
    for (let y = y0; y < y0 + height / 4; y++)
      for (let x = x0; x < x0 + width / 4; x++) data.set(colour, (Math.floor(y) * width + Math.floor(x)) * 3);
  };
  corner(0, 0, [255, 0, 0]);
  corner((width * 3) / 4, 0, [0, 255, 0]);
  corner(0, (height * 3) / 4, [0, 0, 255]);
  return data;
}

/** The drawn picture in sharp, to be encoded. */
export const drawing = (width: number, height: number): Sharp =>
  sharp(drawn(width, height), { raw: { width, height, channels: 3 } });

export const png = (width: number, height: number): Promise<Buffer> => drawing(width, height).png().toBuffer();

export const jpeg = (width: number, height: number): Promise<Buffer> =>
  drawing(width, height).jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer();

/** Largest and mean absolute difference. */
export function difference(a: ArrayLike<number>, b: ArrayLike<number>): { max: number; mean: number } {
  if (a.length !== b.length) throw new Error(`lengths differ: ${a.length} and ${b.length}`);
  let max = 0;
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const d = Math.abs((a[i] as number) - (b[i] as number));
    // A NaN must not slip through as no difference.
    if (!(d <= max)) max = d;
    sum += d;
  }
  return { max, mean: sum / a.length };
}

/** RGB of one pixel. */
export const at = ({ data, width }: { data: Uint8Array; width: number }, x: number, y: number): number[] => [
  ...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3),
];
