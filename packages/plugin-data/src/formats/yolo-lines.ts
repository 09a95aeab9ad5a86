import { type Box, SvError } from '@streetvision/core';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * A line of a YOLO label file, its box in pixels: `class cx cy w h`, with a confidence after it, or a polygon
 * `class x1 y1 x2 y2 x3 y3 …`, of which the bounding box is taken. Throws `SV_DATA_FORMAT`.
 */
export function readYoloLine(text: string, names: ReadonlyMap<number, string>, size: Size): Box {
  const numbers = text.trim().split(/\s+/).map(Number);
  const [index = Number.NaN, ...rest] = numbers;
  if (numbers.some((n) => !Number.isFinite(n)) || !(rest.length === 4 || rest.length === 5 || isPolygon(rest))) {
    throw new SvError('SV_DATA_FORMAT', `The line is \`${text.slice(0, 60)}\`, expected \`class cx cy width height\`.`);
  }
  const label = names.get(index);
  if (label === undefined) {
    throw new SvError('SV_DATA_FORMAT', `The class is ${index}, and \`names\` has ${names.size} entries.`);
  }
  const [cx, cy, w, h, score] = rest.length <= 5 ? (rest as [number, number, number, number, number?]) : bounds(rest);
  // A little outside is rounding; far outside are pixels where shares were expected.
  if ([cx, cy, w, h].some((n) => n < -0.01 || n > 1.01) || !(w > 0 && h > 0)) {
    throw new SvError(
      'SV_DATA_FORMAT',
      `The box is \`${[cx, cy, w, h].join(' ')}\`, expected shares of the picture in 0 to 1.`,
    );
  }
  if (score !== undefined && !(score >= 0 && score <= 1)) {
    throw new SvError('SV_DATA_FORMAT', `The confidence is ${score}, expected 0 to 1.`);
  }
  const { width, height } = size;
  return {
    x: (cx - w / 2) * width,
    y: (cy - h / 2) * height,
    width: w * width,
    height: h * height,
    label,
    score: score ?? 1,
  };
}

const isPolygon = (numbers: readonly number[]) => numbers.length >= 6 && numbers.length % 2 === 0;

function bounds(points: readonly number[]): [number, number, number, number] {
  const xs = points.filter((_, i) => i % 2 === 0);
  const ys = points.filter((_, i) => i % 2 === 1);
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
  return [(left + right) / 2, (top + bottom) / 2, right - left, bottom - top];
}
