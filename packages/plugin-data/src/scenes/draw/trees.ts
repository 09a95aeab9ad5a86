import { type Camera, round, standing } from '../camera.js';
import { type Colour, fill, rect, shade } from './paint.js';

export interface Tree {
  readonly x: number;
  readonly z: number;
  /** Metres. */
  readonly height: number;
  readonly leaves: Colour;
  /** How many tufts its crown has: far trees need few. @default 70 */
  readonly tufts?: number;
}

/** A trunk and a crown of many tufts, darker below. */
export function drawTree(
  camera: Camera,
  { x, z, height, leaves, tufts: count = 70 }: Tree,
  random: () => number,
): string {
  const radius = height * 0.3;
  const tufts = Array.from({ length: count }, () => {
    const angle = random() * 2 * Math.PI;
    const reach = Math.sqrt(random()) * radius;
    const [dx, dy] = [Math.cos(angle) * reach, Math.sin(angle) * reach];
    const size = radius * (0.13 + 0.13 * random()) * Math.sqrt(70 / count);
    const colour = shade(leaves, 0.95 - (0.35 * dy) / radius + 0.25 * (random() - 0.5));
    return `<circle cx="${round(dx, 3)}" cy="${round(dy - height + radius, 3)}" r="${round(size, 3)}" ${fill(colour)}/>`;
  });
  return standing(camera, x, z, rect(-0.14, -height * 0.62, 0.28, height * 0.62, fill('#4b3d33')) + tufts.join(''));
}
