import { type Camera, type Point, polygon } from '../camera.js';
import { type Colour, fill, shade } from './paint.js';

export interface House {
  readonly side: 'left' | 'right';
  /** Where the facade begins and ends along the road, metres. */
  readonly from: number;
  readonly to: number;
  readonly storeys: number;
  readonly colour: Colour;
  /** Metres from the middle of the road. @default 10.5 */
  readonly away?: number;
  /** A shop on the ground floor, with an awning and a sign of this colour. */
  readonly shop?: Colour;
  /** The share of windows behind which light burns. @default 0 */
  readonly lights?: number;
}

const FACADE = 10.5;
const STOREY = 3.1;

/** A facade along the pavement, its windows, and the wall that faces the camera. */
export function drawHouse(camera: Camera, house: House): string {
  const { side, from, to, storeys, colour, away = FACADE, shop, lights = 0 } = house;
  const x = side === 'left' ? -away : away;
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
  for (let storey = shop ? 1 : 0; storey < storeys; storey++) {
    for (let z = from + 1; z + 1.5 < to; z += 2.8) {
      const y = storey * STOREY;
      const glass = burns(z, storey, from, lights) ? 'fill="rgb(244,206,128)"' : fill('#3c4a57');
      windows.push(polygon(camera, onFacade(z, z + 1.4, y + 0.9, y + 2.5), glass));
      windows.push(polygon(camera, onFacade(z, z + 1.4, y + 0.75, y + 0.9), fill(shade(colour, 1.15))));
    }
  }
  return [
    polygon(camera, onFacade(from, to, 0, top), fill(colour)),
    ...windows,
    ...(shop ? drawShop(camera, house, shop, x, onFacade) : []),
    polygon(camera, onFacade(from, to, top - 0.3, top), fill(shade(colour, 0.7))),
    polygon(camera, front, fill(shade(colour, 0.82))),
  ].join('');
}

type OnFacade = (z1: number, z2: number, y1: number, y2: number) => Point[];

/** A shop window, the sign over it and an awning over the pavement. */
function drawShop(camera: Camera, { from, to, lights = 0 }: House, colour: Colour, x: number, on: OnFacade): string[] {
  const out = x - Math.sign(x) * 1.3;
  const awning: Point[] = [
    [x, 2.7, from + 0.6],
    [out, 2.3, from + 0.6],
    [out, 2.3, to - 0.6],
    [x, 2.7, to - 0.6],
  ];
  const edge: Point[] = [
    [out, 2.3, from + 0.6],
    [out, 2.05, from + 0.6],
    [out, 2.05, to - 0.6],
    [out, 2.3, to - 0.6],
  ];
  return [
    polygon(camera, on(from + 0.6, to - 0.6, 0.4, 2.6), lights > 0 ? 'fill="rgb(250,226,170)"' : fill('#53636e')),
    polygon(camera, on(from + 0.6, to - 0.6, 2.75, 3.3), fill(shade(colour, 0.85))),
    polygon(camera, awning, fill(colour)),
    polygon(camera, edge, fill(shade(colour, 0.75))),
  ];
}

/** The same windows are lit each time: by where they are. */
const burns = (z: number, storey: number, from: number, lights: number) =>
  lights > 0 && Math.abs(Math.sin(z * 12.9898 + storey * 78.233 + from * 3.7) * 43758.5453) % 1 < lights;
