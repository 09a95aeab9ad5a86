import { type Camera, standing } from '../camera.js';
import { type Colour, fill, rect, shade, shadow, shape } from './paint.js';

/** What stands beside any road. */
export interface Roadside {
  readonly kind: 'lamp' | 'speed-sign' | 'stop-sign' | 'bin' | 'pole';
  readonly x: number;
  readonly z: number;
  /** Of a bin. */
  readonly colour?: Colour;
  /** A lamp that shines. */
  readonly lit?: boolean;
}

export function drawRoadside(camera: Camera, { kind, x, z, colour = '#4c6b4a', lit = false }: Roadside): string {
  const inward = x > 0 ? -1 : 1;
  const drawings: Readonly<Record<Roadside['kind'], () => string>> = {
    lamp: () =>
      rect(-0.06, -7, 0.12, 7, fill('#5b6064')) +
      rect(Math.min(0, 1.6 * inward), -7.05, 1.6, 0.1, fill('#5b6064')) +
      (lit
        ? `<circle cx="${1.6 * inward}" cy="-6.9" r="1.7" fill="url(#white-glow)"/>` +
          `<ellipse cx="${1.6 * inward}" cy="-6.92" rx="0.4" ry="0.16" fill="rgb(255,238,200)"/>`
        : rect(1.6 * inward - 0.35, -7.05, 0.7, 0.16, fill('#c9ccce'))),
    'speed-sign': () =>
      rect(-0.035, -2.4, 0.07, 2.4, fill('#787c80')) +
      '<circle cx="0" cy="-2.4" r="0.36" fill="#b3151c"/><circle cx="0" cy="-2.4" r="0.27" fill="#eeeeea"/>' +
      rect(-0.15, -2.52, 0.1, 0.24, fill('#1c1d20')) +
      rect(0.04, -2.52, 0.1, 0.24, fill('#1c1d20')),
    'stop-sign': () =>
      rect(-0.035, -2.3, 0.07, 2.3, fill('#787c80')) +
      shape(
        '-0.16,-2.8 0.16,-2.8 0.39,-2.57 0.39,-2.25 0.16,-2.02 -0.16,-2.02 -0.39,-2.25 -0.39,-2.57',
        fill('#b3151c'),
      ) +
      rect(-0.28, -2.49, 0.56, 0.16, fill('#eeeeea')),
    bin: () =>
      shadow(0.7) +
      rect(-0.3, -1.05, 0.6, 1.02, fill(colour), 0.05) +
      rect(-0.33, -1.1, 0.66, 0.12, fill(shade(colour, 0.75)), 0.04),
    pole: () => rect(-0.09, -8, 0.18, 8, fill('#5d5145')) + rect(-1, -7.4, 2, 0.12, fill('#5d5145')),
  };
  return standing(camera, x, z, drawings[kind]());
}
