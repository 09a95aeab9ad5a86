import { type Camera, standing } from '../camera.js';
import { type Colour, fill, rect, shade, shadow, shape } from './paint.js';

export interface Car {
  readonly kind: 'car' | 'bus' | 'truck';
  readonly x: number;
  readonly z: number;
  readonly colour: Colour;
  /** It comes towards the camera. @default false */
  readonly oncoming?: boolean;
  /** Its lamps shine. @default false */
  readonly lamps?: boolean;
}

/** Metres: half the width, and the height. */
export const CAR_SIZE: Readonly<Record<Car['kind'], readonly [half: number, height: number]>> = {
  car: [0.9, 1.4],
  bus: [1.2, 2.9],
  truck: [1.2, 3.3],
};

const DRAWINGS: Readonly<Record<Car['kind'], (colour: Colour, oncoming: boolean) => string>> = { car, bus, truck };

const LAMP_ROWS: Readonly<Record<Car['kind'], readonly [x: number, y: number]>> = {
  car: [0.71, -0.68],
  bus: [1, -0.9],
  truck: [1, -0.75],
};

/** A car, a bus or a truck from behind, or from the front where it comes towards the camera. */
export function drawCar(camera: Camera, { kind, x, z, colour, oncoming = false, lamps = false }: Car): string {
  const drawing = DRAWINGS[kind](colour, oncoming);
  return standing(camera, x, z, lamps ? drawing + shining(LAMP_ROWS[kind], oncoming) : drawing);
}

/** Lamps and the glow around them. */
function shining([x, y]: readonly [number, number], oncoming: boolean): string {
  const colour = oncoming ? 'rgb(255,246,214)' : 'rgb(255,46,38)';
  return [-x, x]
    .map(
      (at) =>
        `<circle cx="${at}" cy="${y}" r="${oncoming ? 0.9 : 0.5}" fill="url(#${oncoming ? 'white' : 'red'}-glow)"/>` +
        `<circle cx="${at}" cy="${y}" r="0.14" fill="${colour}"/>`,
    )
    .join('');
}

function car(colour: Colour, oncoming: boolean): string {
  const lamp = fill(oncoming ? '#e9e7da' : '#a3121a');
  return [
    shadow(2.1),
    rect(-0.8, -0.38, 0.24, 0.38, fill('#15171a'), 0.05),
    rect(0.56, -0.38, 0.24, 0.38, fill('#15171a'), 0.05),
    shape('-0.86,-0.8 -0.62,-1.4 0.62,-1.4 0.86,-0.8', fill(shade(colour, 0.9))),
    shape('-0.7,-0.86 -0.52,-1.32 0.52,-1.32 0.7,-0.86', fill('#27313a')),
    rect(-0.9, -0.86, 1.8, 0.64, fill(colour), 0.12),
    rect(-0.88, -0.4, 1.76, 0.16, fill(shade(colour, 0.6)), 0.06),
    rect(-0.86, -0.76, 0.3, 0.16, lamp, 0.04),
    rect(0.56, -0.76, 0.3, 0.16, lamp, 0.04),
    oncoming ? rect(-0.4, -0.62, 0.8, 0.14, fill('#1d2024'), 0.05) : rect(-0.24, -0.6, 0.48, 0.13, fill('#dcdcd4')),
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

function truck(colour: Colour, oncoming: boolean): string {
  const lamp = fill(oncoming ? '#e9e7da' : '#a3121a');
  return [
    shadow(2.8),
    rect(-1.1, -0.6, 0.36, 0.6, fill('#15171a'), 0.05),
    rect(0.74, -0.6, 0.36, 0.6, fill('#15171a'), 0.05),
    rect(-1.2, -3.3, 2.4, 2.5, fill(oncoming ? '#c9cdd1' : colour), 0.04),
    oncoming ? rect(-1.1, -2.5, 2.2, 1.75, fill(colour), 0.1) : rect(-0.02, -3.2, 0.04, 2.3, fill(shade(colour, 0.7))),
    oncoming ? rect(-0.95, -2.35, 1.9, 0.75, fill('#27313a'), 0.06) : rect(-1.2, -0.95, 2.4, 0.12, fill('#d8d8d2')),
    rect(-1.15, -0.85, 0.3, 0.2, lamp, 0.04),
    rect(0.85, -0.85, 0.3, 0.2, lamp, 0.04),
  ].join('');
}
