import { type Camera, type Point, polygon } from '../camera.js';
import { type Colour, fill, shade } from './paint.js';

export interface House {
  readonly side: 'left' | 'right';
  /** Where the facade begins and ends along the road, metres. */
  readonly from: number;
  readonly to: number;
  readonly storeys: number;
  readonly colour: Colour;
}

const FACADE = 10.5;
const STOREY = 3.1;

/** A facade along the pavement, its windows, and the wall that faces the camera. */
export function drawHouse(camera: Camera, { side, from, to, storeys, colour }: House): string {
  const x = side === 'left' ? -FACADE : FACADE;
  const top = storeys * STOREY + 0.6;
  const across = x + Math.sign(x) * 14;
  const onFacade = (z1: number, z2: number, y1: number, y2: number): Point[] => [
    [x, y1, z1],
    [x, y2, z1],
    [x, y2, z2],
    [x, y1, z2],
  ];
  const front: Point[] = [
    [x, 0, from],
    [x, top, from],
    [across, top, from],
    [across, 0, from],
  ];
  const windows: string[] = [];
  for (let storey = 0; storey < storeys; storey++) {
    for (let z = from + 1; z + 1.5 < to; z += 2.8) {
      const y = storey * STOREY;
      windows.push(polygon(camera, onFacade(z, z + 1.4, y + 0.9, y + 2.5), fill('#3c4a57')));
      windows.push(polygon(camera, onFacade(z, z + 1.4, y + 0.75, y + 0.9), fill(shade(colour, 1.15))));
    }
  }
  return [
    polygon(camera, onFacade(from, to, 0, top), fill(colour)),
    ...windows,
    polygon(camera, onFacade(from, to, top - 0.3, top), fill(shade(colour, 0.7))),
    polygon(camera, front, fill(shade(colour, 0.82))),
  ].join('');
}
