import { type Air, lit, seenThrough } from './air.js';
import { type Camera, DASHCAM } from './camera.js';
import { type Car, drawCar } from './draw/cars.js';
import { drawHouse, type House } from './draw/houses.js';
import type { Colour } from './draw/paint.js';
import { drawPerson, type Person } from './draw/people.js';
import { drawRoadside, type Roadside } from './draw/roadside.js';
import { drawWork, type Work } from './draw/roadwork.js';
import { type Cloud, drawCloud, drawHills } from './draw/sky.js';
import { drawBonnet, drawStreet, type StreetLook } from './draw/street.js';
import { drawTree, type Tree } from './draw/trees.js';
import { mulberry } from './mulberry.js';

/** A drawn street, as a dashcam would see it. */
export interface Scene {
  /** Of the file, without its extension. */
  readonly name: string;
  /** Leaves, noise: another seed draws another picture, the same seed the same. */
  readonly seed: number;
  readonly look: StreetLook;
  readonly houses?: readonly House[];
  readonly trees?: readonly Tree[];
  readonly cars?: readonly Car[];
  readonly people?: readonly Person[];
  readonly roadside?: readonly Roadside[];
  readonly works?: readonly Work[];
  readonly clouds?: { readonly colour: Colour; readonly heaps: readonly Cloud[] };
  readonly hills?: { readonly colour: Colour; readonly heights: readonly number[] };
  /** How much of the daylight is left, in (0, 1]: darkens the whole picture. @default 1 */
  readonly light?: number;
  /** Light and haze by depth. */
  readonly air?: Air;
  /** What falls. @default nothing */
  readonly falls?: { readonly kind: 'rain' | 'snow'; readonly amount: number };
}

export const showsRoadwork = ({ works = [] }: Scene): boolean => works.length > 0;

/** The scene as SVG: what is far away first. @param widthPx of the picture, pixels; @default the camera's units */
export function drawScene(scene: Scene, camera: Camera = DASHCAM, widthPx = camera.width): string {
  const { seed, look, houses = [], trees = [], cars = [], works = [], people = [], roadside = [], air } = scene;
  const { clouds, hills, light = 1 } = scene;
  const random = mulberry(seed);
  const things = [
    ...houses.map((house) => ({ x: 10, z: house.to, near: house.from, svg: drawHouse(camera, house) })),
    ...trees.map((tree) => ({ ...tree, svg: drawTree(camera, tree, random) })),
    ...cars.map((car) => ({ ...car, svg: drawCar(camera, car) })),
    ...works.map((work) => ({ ...work, svg: drawWork(camera, work) })),
    ...people.map((person) => ({ ...person, svg: drawPerson(camera, person) })),
    ...roadside.map((one) => ({ ...one, svg: drawRoadside(camera, one) })),
  ].sort((a, b) => b.z - a.z);
  const { width, height } = camera;
  const far = [
    ...(clouds?.heaps ?? []).map((cloud) => drawCloud(camera, cloud, clouds?.colour ?? '#ffffff')),
    hills ? seenThrough(air, drawHills(camera, hills.heights, hills.colour), 200, 140) : '',
  ].join('');
  const street = drawStreet(camera, look, air).replace('url(#sky)"/>', `url(#sky)"/>${far}`);
  const glows = air ? GLOWS : '';
  const heightPx = Math.round((widthPx * height) / width);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${heightPx}" viewBox="0 0 ${width} ${height}">
    ${glows}${street}${things.map(({ svg, x, z }) => seenThrough(air, svg, x, z)).join('\n')}${bonnet(camera, air)}
    <rect width="${width}" height="${height}" fill="#05070f" fill-opacity="${(1 - light).toFixed(2)}"/>
  </svg>`;
}

/** The light around lamps. */
const GLOWS = [
  ['white-glow', '#ffeab8'],
  ['red-glow', '#ff3a2e'],
]
  .map(
    ([id, colour]) =>
      `<defs><radialGradient id="${id}"><stop offset="0" stop-color="${colour}" stop-opacity="0.75"/>` +
      `<stop offset="0.3" stop-color="${colour}" stop-opacity="0.25"/><stop offset="1" stop-color="${colour}" stop-opacity="0"/></radialGradient></defs>`,
  )
  .join('');

const bonnet = (camera: Camera, air: Air | undefined) =>
  air ? drawBonnet(camera).replace(/#[\da-f]{6}/g, (colour) => lit(air, colour as Colour)) : drawBonnet(camera);
