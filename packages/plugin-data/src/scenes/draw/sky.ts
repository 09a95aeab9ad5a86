import { type Camera, round } from '../camera.js';
import { type Colour, fill } from './paint.js';

export interface Cloud {
  /** Shares of the width, and of the sky from the top. */
  readonly x: number;
  readonly y: number;
  /** Share of the width. */
  readonly size: number;
}

/** Soft heaps of ellipses. */
export function drawCloud({ width, horizon }: Camera, { x, y, size }: Cloud, colour: Colour): string {
  const [cx, cy, r] = [x * width, y * horizon, (size * width) / 2];
  return [
    [0, 0, 1, 0.28],
    [-0.45, 0.06, 0.55, 0.2],
    [0.4, 0.04, 0.6, 0.22],
    [-0.1, -0.16, 0.5, 0.24],
    [0.25, -0.12, 0.4, 0.2],
  ]
    .map(
      ([dx = 0, dy = 0, rx = 0, ry = 0]) =>
        `<ellipse cx="${round(cx + dx * r)}" cy="${round(cy + dy * r)}" rx="${round(rx * r)}" ry="${round(ry * r)}" ${fill(colour)} fill-opacity="0.55"/>`,
    )
    .join('');
}

/** Hills along the horizon. @param heights shares of the picture's height, from left to right */
export function drawHills({ width, height, horizon }: Camera, heights: readonly number[], colour: Colour): string {
  const step = width / (heights.length - 1);
  const points = heights.map((share, i) => `${round(i * step)},${round(horizon - share * height)}`);
  return `<polygon points="0,${horizon + 2} ${points.join(' ')} ${width},${horizon + 2}" ${fill(colour)}/>`;
}
