import { seededRandom } from '../starter/data/random.js';
import { type Camera, DASHCAM } from './camera.js';
import { type Car, drawCar } from './draw/cars.js';
import { drawHouse, type House } from './draw/houses.js';
import { drawWork, type Work } from './draw/roadwork.js';
import { drawBonnet, drawStreet, type StreetLook } from './draw/street.js';
import { drawTree, type Tree } from './draw/trees.js';

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
  readonly works?: readonly Work[];
  /** How much of the daylight is left, in (0, 1]. @default 1 */
  readonly light?: number;
}

export const showsRoadwork = ({ works = [] }: Scene): boolean => works.length > 0;

/** The scene as SVG: what is far away first. */
export function drawScene(scene: Scene, camera: Camera = DASHCAM): string {
  const { seed, look, houses = [], trees = [], cars = [], works = [], light = 1 } = scene;
  const random = seededRandom(seed);
  const things = [
    ...houses.map((house) => ({ z: house.to, svg: drawHouse(camera, house) })),
    ...trees.map((tree) => ({ z: tree.z, svg: drawTree(camera, tree, random) })),
    ...cars.map((car) => ({ z: car.z, svg: drawCar(camera, car) })),
    ...works.map((work) => ({ z: work.z, svg: drawWork(camera, work) })),
  ].sort((a, b) => b.z - a.z);
  const { width, height } = camera;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
    ${drawStreet(camera, look)}${things.map(({ svg }) => svg).join('\n')}${drawBonnet(camera)}
    <rect width="${width}" height="${height}" fill="#05070f" fill-opacity="${(1 - light).toFixed(2)}"/>
  </svg>`;
}
