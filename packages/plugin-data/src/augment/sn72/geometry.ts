// biome-ignore-all lint/style/noNonNullAssertion: indices into typed arrays, checked by the loops' bounds
import { type Random, resizePixels } from '@streetvision/core';
import type { Picture } from '../picture.js';
import { roundHalfEven } from './round.js';

/** The side of what the validator sent until April 2026, pixels. */
export const SIDE = 224;

/** A part of a picture, in whole pixels. */
export interface Part {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Level 0 of January: the central square. */
export function centralSquare({ width, height }: Picture): Part {
  const side = Math.min(width, height);
  return { x: roundHalfEven((width - side) / 2), y: roundHalfEven((height - side) / 2), width: side, height: side };
}

/** Levels 1–3 of January: a square of 20–100 % of the area. Ten tries, as what does not fit is drawn again. */
export function randomSquare({ width, height }: Picture, random: Random): Part {
  for (let tries = 0; tries < 10; tries++) {
    const side = roundHalfEven(Math.sqrt(width * height * random.between(0.2, 1)));
    if (side <= 0 || side > width || side > height) continue;
    const y = random.below(height - side + 1);
    return { x: random.below(width - side + 1), y, width: side, height: side };
  }
  const side = Math.min(width, height);
  return { x: Math.floor((width - side) / 2), y: Math.floor((height - side) / 2), width: side, height: side };
}

/**
 * A part of the picture after it was turned counter-clockwise about its centre: nearest neighbour, black outside. Only
 * that part is turned.
 */
export function turnedPart({ width, height, data, boxes }: Picture, degrees: number, part: Part): Picture {
  const out = new Uint8Array(part.width * part.height * 3);
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const [middleX, middleY] = [(width - 1) / 2, (height - 1) / 2];
  for (let row = 0, o = 0; row < part.height; row++) {
    const y = part.y + row - middleY;
    for (let column = 0; column < part.width; column++, o += 3) {
      const x = part.x + column - middleX;
      const sx = roundHalfEven(cos * x - sin * y + middleX);
      const sy = roundHalfEven(sin * x + cos * y + middleY);
      if (sx < 0 || sy < 0 || sx >= width || sy >= height) continue;
      const s = (sy * width + sx) * 3;
      out[o] = data[s]!;
      out[o + 1] = data[s + 1]!;
      out[o + 2] = data[s + 2]!;
    }
  }
  return { width: part.width, height: part.height, data: out, boxes };
}

export const cut = (picture: Picture, part: Part): Picture => {
  const { width, data, boxes } = picture;
  const out = new Uint8Array(part.width * part.height * 3);
  for (let row = 0; row < part.height; row++) {
    const from = ((part.y + row) * width + part.x) * 3;
    out.set(data.subarray(from, from + part.width * 3), row * part.width * 3);
  }
  return { width: part.width, height: part.height, data: out, boxes };
};

/** Pillow's bilinear, as the validator resizes pictures. */
export async function toSide(picture: Picture): Promise<Picture> {
  return { ...(await resizePixels(picture, { width: SIDE, height: SIDE })), boxes: picture.boxes };
}

/** torchvision's bilinear on tensors, whose fractions are cut off when the tensor becomes a picture again. */
export async function tensorToSide(picture: Picture): Promise<Picture> {
  if (picture.width === SIDE && picture.height === SIDE) return picture;
  const { data } = await resizePixels(picture, { width: SIDE, height: SIDE, rounding: 'float' });
  return { width: SIDE, height: SIDE, data: Uint8Array.from(data), boxes: picture.boxes };
}

/** Sides of a letterboxed picture; 0 where the picture is too narrow for the reference, which then gives up. */
export function letterboxSides({ width, height }: Pick<Picture, 'width' | 'height'>): readonly [number, number] {
  const scale = Math.min(SIDE / width, SIDE / height);
  return [Math.trunc(width * scale), Math.trunc(height * scale)];
}

/** April: the whole picture on black; of an odd margin the smaller part goes left and above. */
export async function letterbox(picture: Picture): Promise<Picture> {
  const [width, height] = letterboxSides(picture);
  const { data } = await resizePixels(picture, { width, height });
  const out = new Uint8Array(SIDE * SIDE * 3);
  const [left, top] = [Math.floor((SIDE - width) / 2), Math.floor((SIDE - height) / 2)];
  for (let row = 0; row < height; row++) {
    out.set(data.subarray(row * width * 3, (row + 1) * width * 3), ((top + row) * SIDE + left) * 3);
  }
  return { width: SIDE, height: SIDE, data: out, boxes: picture.boxes };
}
