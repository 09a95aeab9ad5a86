import { type Camera, standing } from '../camera.js';
import { type Colour, fill, rect, shade, shadow, shape } from './paint.js';

export interface Car {
  readonly kind: 'car' | 'bus';
  readonly x: number;
  readonly z: number;
  readonly colour: Colour;
}

/** A car or a bus from behind. */
export function drawCar(camera: Camera, { kind, x, z, colour }: Car): string {
  return standing(camera, x, z, kind === 'car' ? car(colour) : bus(colour));
}

function car(colour: Colour): string {
  return [
    shadow(2.1),
    rect(-0.8, -0.38, 0.24, 0.38, fill('#15171a'), 0.05),
    rect(0.56, -0.38, 0.24, 0.38, fill('#15171a'), 0.05),
    shape('-0.86,-0.8 -0.62,-1.4 0.62,-1.4 0.86,-0.8', fill(shade(colour, 0.9))),
    shape('-0.7,-0.86 -0.52,-1.32 0.52,-1.32 0.7,-0.86', fill('#27313a')),
    rect(-0.9, -0.86, 1.8, 0.64, fill(colour), 0.12),
    rect(-0.88, -0.4, 1.76, 0.16, fill(shade(colour, 0.6)), 0.06),
    rect(-0.86, -0.76, 0.3, 0.16, fill('#a3121a'), 0.04),
    rect(0.56, -0.76, 0.3, 0.16, fill('#a3121a'), 0.04),
    rect(-0.24, -0.6, 0.48, 0.13, fill('#dcdcd4')),
  ].join('');
}

function bus(colour: Colour): string {
  return [
    shadow(2.8),
    rect(-1.1, -0.5, 0.34, 0.5, fill('#15171a'), 0.05),
    rect(0.76, -0.5, 0.34, 0.5, fill('#15171a'), 0.05),
    rect(-1.2, -2.9, 2.4, 2.6, fill(colour), 0.18),
    rect(-0.95, -2.55, 1.9, 0.85, fill('#27313a'), 0.08),
    rect(-1.2, -1.45, 2.4, 0.1, fill('#22252a')),
    rect(-1.1, -1.05, 0.2, 0.3, fill('#a3121a'), 0.04),
    rect(0.9, -1.05, 0.2, 0.3, fill('#a3121a'), 0.04),
  ].join('');
}
