import type { Box } from '@streetvision/core';
import type { Picture } from '../../src/augment/index.js';

/** Pixels by a rule. */
export function drawn(
  width: number,
  height: number,
  at: (x: number, y: number) => readonly number[],
  boxes: readonly Box[] = [],
): Picture {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) data.set(at(i % width, Math.floor(i / width)), i * 3);
  return { width, height, data, boxes };
}

/** Colours that change everywhere. */
export const colourful = (width: number, height: number): Picture =>
  drawn(width, height, (x, y) => [(x * 7 + y * 3) % 256, (x * 2 + y * 11 + 80) % 256, (x * y + 40) % 256]);

export const box = (x: number, y: number, width: number, height: number): Box => ({
  x,
  y,
  width,
  height,
  label: 'cone',
  score: 1,
});

/** Grey, with a red rectangle. */
export const marked = (width: number, height: number, at: Box): Picture =>
  drawn(
    width,
    height,
    (x, y) => (x >= at.x && x < at.x + at.width && y >= at.y && y < at.y + at.height ? [230, 20, 20] : [128, 128, 128]),
    [at],
  );

/** The red pixels: the box around them, and how many there are. */
export function redOf({ width, height, data }: Picture): {
  left: number;
  top: number;
  right: number;
  bottom: number;
  count: number;
} {
  const found = { left: width, top: height, right: 0, bottom: 0, count: 0 };
  for (let i = 0; i < width * height; i++) {
    if (!((data[i * 3] as number) > 180 && (data[i * 3 + 1] as number) < 80)) continue;
    const [x, y] = [i % width, Math.floor(i / width)];
    found.left = Math.min(found.left, x);
    found.right = Math.max(found.right, x + 1);
    found.top = Math.min(found.top, y);
    found.bottom = Math.max(found.bottom, y + 1);
    found.count++;
  }
  return found;
}

export const deviation = (values: readonly number[]): number => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
};
