import { type Camera, standing } from '../camera.js';
import { type Colour, fill, rect, shade, shadow } from './paint.js';

export interface Person {
  readonly x: number;
  readonly z: number;
  /** Of the jacket. */
  readonly jacket: Colour;
  readonly trousers: Colour;
  /** Of the head. */
  readonly skin: Colour;
}

/** Somebody who walks by: no vest, no helmet. */
export function drawPerson(camera: Camera, { x, z, jacket, trousers, skin }: Person): string {
  const drawing = [
    shadow(0.6),
    `<path d="M-0.05 -0.85 L-0.2 0 M0.05 -0.85 L0.17 0" fill="none" stroke="${trousers}" stroke-width="0.17"/>`,
    rect(-0.23, -1.45, 0.46, 0.66, fill(jacket), 0.1),
    `<path d="M-0.2 -1.36 L-0.32 -0.85 M0.2 -1.36 L0.33 -0.88" fill="none" stroke="${shade(jacket, 0.85)}" stroke-width="0.12" stroke-linecap="round"/>`,
    `<circle cx="0" cy="-1.6" r="0.125" ${fill(skin)}/>`,
    rect(-0.12, -1.74, 0.24, 0.1, fill('#33271f'), 0.05),
  ];
  return standing(camera, x, z, drawing.join(''));
}
