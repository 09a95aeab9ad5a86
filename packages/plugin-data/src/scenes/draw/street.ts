import { type Air, seenThrough } from '../air.js';
import { type Camera, round, strip } from '../camera.js';
import { type Colour, fill, rect, shade } from './paint.js';

export interface StreetLook {
  /** Sky at the top and at the horizon. */
  readonly sky: readonly [top: Colour, horizon: Colour];
  readonly asphalt: Colour;
  /** Beside the road: pavement or grass. */
  readonly verge: Colour;
  /** @default '#98958d' */
  readonly pavement?: Colour;
  /** Half the width of the road, metres. @default 6: two lanes and a parking strip on either side */
  readonly half?: number;
  /** Where dashed lines run, metres from the middle. @default [0] */
  readonly dashes?: readonly number[];
  /** Of the lines. @default '#d9d9d2' */
  readonly paint?: Colour;
  /** Tracks of tyres in snow, or wet lanes: lighter or darker than the road. @default 0.93 */
  readonly tracks?: number;
  /** Dark patches where the road was mended. */
  readonly patches?: readonly {
    readonly x: number;
    readonly z: number;
    readonly width: number;
    readonly length: number;
  }[];
}

/** Half the width of the road, metres: two lanes and a parking strip on either side. */
export const ROAD = 6;

const FAR = 400;
const NEAR = 2.6;

/** Sky, ground, asphalt and its markings. */
export function drawStreet(camera: Camera, look: StreetLook, air?: Air): string {
  const {
    sky,
    asphalt,
    verge,
    pavement = '#98958d',
    half = ROAD,
    dashes = [0],
    paint = '#d9d9d2',
    tracks = 0.93,
  } = look;
  const { width, height, horizon } = camera;
  const band = (from: number, to: number, colour: Colour) => strip(camera, from, to, NEAR, FAR, fill(colour));
  const lines = dashes.flatMap((x) =>
    Array.from({ length: 16 }, (_, i) => strip(camera, x - 0.07, x + 0.07, 3 + 6 * i, 6 + 6 * i, fill(paint))),
  );
  const ground = [
    rect(0, horizon, width, height - horizon, fill(verge)),
    band(-half - 2.6, half + 2.6, pavement),
    band(-half - 0.25, half + 0.25, '#77756f'),
    band(-half, half, asphalt),
    // Tyres polish a lane where they roll.
    ...[-4.1, -2.3, 1.1, 2.9].map((x) => band(x - 0.3, x + 0.3, shade(asphalt, tracks))),
    ...(look.patches ?? []).map((patch) =>
      strip(camera, patch.x, patch.x + patch.width, patch.z, patch.z + patch.length, fill(shade(asphalt, 0.72))),
    ),
    ...[2.1 - half, half - 2.1].map((x) => band(x - 0.06, x + 0.06, air ? paint : '#c9c8c0')),
    ...lines,
  ].join('');
  return [
    `<defs><linearGradient id="sky" x1="0" y1="0" x2="0" y2="1">
      <stop offset="0" stop-color="${sky[0]}"/><stop offset="1" stop-color="${sky[1]}"/></linearGradient></defs>`,
    rect(0, 0, width, horizon + 1, 'fill="url(#sky)"'),
    air ? `${seenThrough({ ...air, headlights: false }, ground, 0, 3)}${overGround(camera, air)}` : ground,
  ].join('');
}

/** The haze that lies on the ground, thicker with depth, and the pool of light of the headlights. */
function overGround({ horizon, height, width, focal, eye }: Camera, { haze, headlights }: Air): string {
  const out: string[] = [];
  if (haze) {
    const stops = [0, 0.01, 0.03, 0.06, 0.12, 0.25, 0.5, 1].map((offset) => {
      const depth = (focal * eye) / Math.max(1e-3, offset * (height - horizon));
      return `<stop offset="${offset}" stop-color="${haze.colour}" stop-opacity="${round(1 - Math.exp(-haze.perMetre * depth), 3)}"/>`;
    });
    out.push(
      `<defs><linearGradient id="haze" x1="0" y1="0" x2="0" y2="1">${stops.join('')}</linearGradient></defs>`,
      rect(0, round(horizon), width, round(height - horizon), 'fill="url(#haze)"'),
    );
  }
  if (headlights) {
    const stops = [
      [0, 0.5],
      [0.5, 0.25],
      [1, 0],
    ].map(([offset, share]) => `<stop offset="${offset}" stop-color="#fff0c8" stop-opacity="${share}"/>`);
    const y = round(horizon + (height - horizon) * 0.42);
    out.push(
      `<defs><radialGradient id="beam">${stops.join('')}</radialGradient></defs>`,
      `<ellipse cx="${width / 2}" cy="${y}" rx="${round(width * 0.42)}" ry="${round((height - horizon) * 0.4)}" fill="url(#beam)"/>`,
    );
  }
  return out.join('');
}

/** The car's own bonnet along the lower edge. */
export function drawBonnet({ width, height }: Camera): string {
  return `<path d="M0 ${height} V${height - 12} Q${width / 2} ${height - 42} ${width} ${height - 12} V${height} Z" fill="#1b1e23"/>
    <path d="M0 ${height - 12} Q${width / 2} ${height - 42} ${width} ${height - 12}" fill="none" stroke="#4a5058" stroke-width="2"/>`;
}
