import type { Box } from '@streetvision/core';

/** `x' = a x + b y + c`, `y' = d x + e y + f`, in pixels whose centres lie at whole numbers and a half. */
export type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

export function invert([a, b, c, d, e, f]: Affine): Affine {
  const det = a * e - b * d;
  return [e / det, -b / det, (b * f - c * e) / det, -d / det, a / det, (c * d - a * f) / det];
}

/** First `first`, then `second`. */
export function compose(first: Affine, second: Affine): Affine {
  const [a, b, c, d, e, f] = first;
  const [A, B, C, D, E, F] = second;
  return [A * a + B * d, A * b + B * e, A * c + B * f + C, D * a + E * d, D * b + E * e, D * c + E * f + F];
}

/** Turns counter-clockwise about a point and scales, as one sees it: y points down. */
export function turn(degrees: number, scale: number, x: number, y: number): Affine {
  const radians = (degrees * Math.PI) / 180;
  const [cos, sin] = [scale * Math.cos(radians), scale * Math.sin(radians)];
  return [cos, sin, x - cos * x - sin * y, -sin, cos, y + sin * x - cos * y];
}

/** A box of which less than this share is left in the picture is dropped. */
const LEAST_LEFT = 0.1;

/**
 * Where boxes lie after a transform: the upright box around the turned one, cut at the edges. A box of which less than
 * a tenth, or less than a pixel, is left in the picture is dropped.
 */
export function mapBoxes(boxes: readonly Box[], transform: Affine, width: number, height: number): Box[] {
  const [a, b, c, d, e, f] = transform;
  return boxes.flatMap((box) => {
    const corners = [
      [box.x, box.y],
      [box.x + box.width, box.y],
      [box.x, box.y + box.height],
      [box.x + box.width, box.y + box.height],
    ] as const;
    const xs = corners.map(([x, y]) => a * x + b * y + c);
    const ys = corners.map(([x, y]) => d * x + e * y + f);
    const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const x = Math.max(0, left);
    const y = Math.max(0, top);
    const w = Math.min(width, right) - x;
    const h = Math.min(height, bottom) - y;
    if (w < 1 || h < 1 || w * h < LEAST_LEFT * (right - left) * (bottom - top)) return [];
    return [{ ...box, ...inHundredths({ x, y, width: w, height: h }, width, height) }];
  });
}

/** Rounded to hundredths of a pixel, and still inside the picture. */
export function inHundredths(box: Pick<Box, 'x' | 'y' | 'width' | 'height'>, width: number, height: number) {
  const rounded = (value: number) => Math.round(value * 100) / 100;
  const [x, y] = [rounded(box.x), rounded(box.y)];
  return { x, y, width: rounded(Math.min(box.width, width - x)), height: rounded(Math.min(box.height, height - y)) };
}
