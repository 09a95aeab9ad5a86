// biome-ignore-all lint/style/noNonNullAssertion: indices into typed arrays, checked by the loops' bounds
import { defineEffect } from '../effect.js';
import type { Picture } from '../picture.js';

type Rgb = readonly [number, number, number];

/** Adds light that falls off from a point. @param flat falls off at the rim only */
function glow({ width, height, data }: Picture, x: number, y: number, radius: number, light: Rgb, flat: boolean): void {
  const steps = 512;
  const fall = Float32Array.from({ length: steps + 1 }, (_, i) => {
    const squared = i / steps;
    return flat ? Math.min(1, (1 - squared) * 6) : Math.exp(-4.5 * squared) - Math.exp(-4.5);
  });
  const out = new Uint8ClampedArray(data.buffer, data.byteOffset, data.length);
  const scale = steps / (radius * radius);
  const [red, green, blue] = light;
  for (let row = Math.max(0, Math.ceil(y - radius)); row <= Math.min(height - 1, y + radius); row++) {
    const reach = Math.sqrt(Math.max(0, radius * radius - (row - y) ** 2));
    const last = Math.min(width - 1, Math.floor(x + reach));
    for (let column = Math.max(0, Math.ceil(x - reach)); column <= last; column++) {
      const here = fall[(((column - x) ** 2 + (row - y) ** 2) * scale) | 0]!;
      const at = (row * width + column) * 3;
      out[at] = data[at]! + red * here;
      out[at + 1] = data[at + 1]! + green * here;
      out[at + 2] = data[at + 2]! + blue * here;
    }
  }
}

export const sunFlare = defineEffect({
  name: 'sunFlare',
  description: 'a low sun and its reflections in the lens',
  settings: {
    x: { low: 0, high: 1, default: [0.1, 0.9], meaning: 'where the sun stands, from the left' },
    y: { low: 0, high: 1, default: [0, 0.4], meaning: 'where the sun stands, from the top' },
    strength: { low: 0, high: 1, default: [0.4, 1], meaning: 'how bright it is' },
  },
  apply(picture, { x, y, strength }, random) {
    const { width, height } = picture;
    const [sunX, sunY] = [x * width, y * height];
    const light = (share: number, [r, g, b]: Rgb): Rgb => [
      r * share * strength,
      g * share * strength,
      b * share * strength,
    ];
    glow(picture, sunX, sunY, height * 0.75, light(0.7, [255, 236, 190]), false);
    glow(picture, sunX, sunY, height * 0.16, light(1, [255, 250, 235]), false);
    // Reflections lie on the line from the sun through the centre.
    const tints: readonly Rgb[] = [
      [120, 200, 140],
      [220, 150, 90],
      [110, 150, 230],
      [210, 200, 120],
    ];
    for (const tint of tints) {
      const along = 0.4 + 1.5 * random.next();
      const [ghostX, ghostY] = [sunX + (width / 2 - sunX) * along, sunY + (height / 2 - sunY) * along];
      glow(picture, ghostX, ghostY, height * (0.015 + 0.05 * random.next()), light(0.3, tint), true);
    }
    return picture;
  },
});

export const shadow = defineEffect({
  name: 'shadow',
  description: 'the shadow of something beside the road, across the lower part',
  settings: {
    strength: { low: 0, high: 1, default: [0.3, 0.65], meaning: 'the share of the light that is taken' },
    count: { low: 0, high: 20, default: [1, 3], meaning: 'how many there are' },
  },
  apply(picture, { strength, count }, random) {
    const { width, height, data } = picture;
    const soft = Math.max(2, width / 200);
    for (let i = 0; i < Math.round(count); i++) {
      const top = Math.floor(height * (0.4 + 0.3 * random.next()));
      const bottom = Math.floor(top + (height - top) * (0.4 + 0.6 * random.next()));
      const wide = width * (0.1 + 0.35 * random.next());
      const [from, to] = [random.next() * width, random.next() * width];
      for (let y = top; y < bottom; y++) {
        const along = (y - top) / (bottom - top);
        const left = from + (to - from) * along - wide / 2;
        // It widens towards the camera.
        const right = left + wide * (0.6 + 0.8 * along);
        const ends = Math.min(1, (y - top + 1) / soft, (bottom - y) / soft);
        const last = Math.min(width - 1, Math.floor(right + soft));
        for (let x = Math.max(0, Math.ceil(left - soft)); x <= last; x++) {
          const inside = Math.min(1, (x - left + soft) / (2 * soft), (right + soft - x) / (2 * soft));
          const kept = 1 - strength * inside * ends;
          const at = (y * width + x) * 3;
          data[at] = data[at]! * kept;
          data[at + 1] = data[at + 1]! * kept;
          data[at + 2] = data[at + 2]! * kept;
        }
      }
    }
    return picture;
  },
});
