import { type Camera, type Point, polygon } from '../camera.js';
import { type Colour, fill, rect, shade } from './paint.js';

export interface StreetLook {
  /** Sky at the top and at the horizon. */
  readonly sky: readonly [top: Colour, horizon: Colour];
  readonly asphalt: Colour;
  /** Beside the road: pavement or grass. */
  readonly verge: Colour;
}

/** Half the width of the road, metres: two lanes and a parking strip on either side. */
export const ROAD = 6;

const FAR = 400;
const NEAR = 2.6;

/** Sky, ground, asphalt and its markings. */
export function drawStreet(camera: Camera, { sky, asphalt, verge }: StreetLook): string {
  const { width, height, horizon } = camera;
  const strip = (from: number, to: number, near: number, far: number): Point[] => [
    [from, 0, near],
    [to, 0, near],
    [to, 0, far],
    [from, 0, far],
  ];
  const band = (from: number, to: number, colour: Colour) => polygon(camera, strip(from, to, NEAR, FAR), fill(colour));
  const dashes = Array.from({ length: 16 }, (_, i) =>
    polygon(camera, strip(-0.07, 0.07, 3 + 6 * i, 6 + 6 * i), fill('#d9d9d2')),
  );
  return [
    `<defs><linearGradient id="sky" x1="0" y1="0" x2="0" y2="1">
      <stop offset="0" stop-color="${sky[0]}"/><stop offset="1" stop-color="${sky[1]}"/></linearGradient></defs>`,
    rect(0, 0, width, horizon + 1, 'fill="url(#sky)"'),
    rect(0, horizon, width, height - horizon, fill(verge)),
    band(-ROAD - 2.6, ROAD + 2.6, '#98958d'),
    band(-ROAD - 0.25, ROAD + 0.25, '#77756f'),
    band(-ROAD, ROAD, asphalt),
    // Tyres polish a lane where they roll.
    ...[-4.1, -2.3, 1.1, 2.9].map((x) => band(x - 0.3, x + 0.3, shade(asphalt, 0.93))),
    ...[-3.9, 3.9].map((x) => band(x - 0.06, x + 0.06, '#c9c8c0')),
    ...dashes,
  ].join('');
}

/** The car's own bonnet along the lower edge. */
export function drawBonnet({ width, height }: Camera): string {
  return `<path d="M0 ${height} V${height - 12} Q${width / 2} ${height - 42} ${width} ${height - 12} V${height} Z" fill="#1b1e23"/>
    <path d="M0 ${height - 12} Q${width / 2} ${height - 42} ${width} ${height - 12}" fill="none" stroke="#4a5058" stroke-width="2"/>`;
}
