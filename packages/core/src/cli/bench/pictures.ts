import { openSharp } from '../../frames/open-sharp.js';

const WIDTH = 1280;
const HEIGHT = 720;

/** JPEGs the size of a dashcam's, each another one, the same in every run: a road, noise and coloured boxes. */
export async function drawPictures(count: number): Promise<{ id: string; bytes: Uint8Array }[]> {
  const sharp = await openSharp();
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const pixels = scene(index);
      const image = sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });
      return { id: `drawn-${index}.jpg`, bytes: await image.jpeg({ quality: 85 }).toBuffer() };
    }),
  );
}

function scene(index: number): Uint8Array {
  const random = mulberry32(index + 1);
  const data = new Uint8Array(WIDTH * HEIGHT * 3);
  const horizon = HEIGHT * (0.4 + 0.2 * random());
  for (let y = 0, at = 0; y < HEIGHT; y++) {
    const sky = y < horizon;
    for (let x = 0; x < WIDTH; x++, at += 3) {
      const grain = random() * 24;
      data[at] = (sky ? 130 : 90) + grain;
      data[at + 1] = (sky ? 160 : 92) + grain;
      data[at + 2] = (sky ? 200 : 95) + grain;
    }
  }
  for (let box = 0; box < 12; box++) {
    const left = Math.floor(random() * (WIDTH - 80));
    const top = Math.floor(horizon + random() * (HEIGHT - horizon - 60));
    const colour = [random() * 255, random() * 255, random() * 255];
    for (let y = top; y < top + 60 && y < HEIGHT; y++) {
      for (let x = left; x < left + 80; x++) data.set(colour, (y * WIDTH + x) * 3);
    }
  }
  return data;
}

/** Small and seedable, which Math.random is not. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
