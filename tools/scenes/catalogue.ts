import type { Car } from '../../packages/plugin-data/src/scenes/draw/cars.js';
import type { House } from '../../packages/plugin-data/src/scenes/draw/houses.js';
import type { Colour } from '../../packages/plugin-data/src/scenes/draw/paint.js';
import type { Work } from '../../packages/plugin-data/src/scenes/draw/roadwork.js';
import type { StreetLook } from '../../packages/plugin-data/src/scenes/draw/street.js';
import type { Tree } from '../../packages/plugin-data/src/scenes/draw/trees.js';
import type { Scene } from '../../packages/plugin-data/src/scenes/scene.js';

const CLEAR: StreetLook = { sky: ['#5f8fc9', '#c9dbe8'], asphalt: '#63656a', verge: '#7d8a63' };
const OVERCAST: StreetLook = { sky: ['#9aa3ab', '#cfd3d6'], asphalt: '#595c60', verge: '#757a6a' };
const SUNSET: StreetLook = { sky: ['#5b5f86', '#f0a35e'], asphalt: '#55535a', verge: '#6b6a5c' };
const COUNTRY: StreetLook = { sky: ['#6d9bd1', '#d5e3ea'], asphalt: '#6a6b6d', verge: '#77904f' };

const row = (side: House['side'], colours: readonly Colour[], storeys: readonly number[]): House[] =>
  colours.map((colour, i) => ({
    side,
    colour,
    from: 9 + 16 * i,
    to: 23 + 16 * i,
    storeys: storeys[i % storeys.length] as number,
  }));

const TOWN = [
  ...row('left', ['#8a8f96', '#a79c8b', '#747c86', '#98938a'], [3, 4, 2]),
  ...row('right', ['#a8a39a', '#7e858c', '#b3aca0', '#8b9098'], [2, 3, 4]),
];
const BRICK = [
  ...row('left', ['#8e5a48', '#7d4f40', '#9a6450'], [3, 2]),
  ...row('right', ['#86563f', '#96604a', '#7a4a3c'], [2, 3]),
];

const trees = (leaves: Colour, x: number, depths: readonly number[]): Tree[] =>
  depths.flatMap((z, i) => [
    { x: -x, z, height: 6 + (i % 2), leaves },
    { x: x + 0.5, z: z + 4, height: 6.5 - (i % 2), leaves },
  ]);

const car = (x: number, z: number, colour: Colour): Car => ({ kind: 'car', x, z, colour });

/** Things of one kind along a line on the road, from near to far. */
const line = (
  kind: Work['kind'],
  count: number,
  from: readonly [x: number, z: number],
  to: readonly [number, number],
) =>
  Array.from({ length: count }, (_, i): Work => {
    const along = count === 1 ? 0 : i / (count - 1);
    return { kind, x: from[0] + along * (to[0] - from[0]), z: from[1] + along * (to[1] - from[1]) };
  });

/** The twelve pictures of the quick start. */
export const SCENES: readonly Scene[] = [
  {
    name: 'barriers',
    seed: 1,
    look: OVERCAST,
    houses: TOWN,
    works: [...line('barrier', 3, [-2.6, 15], [3, 15]), { kind: 'sign', x: 4.6, z: 12 }],
  },
  {
    name: 'brick-street',
    seed: 2,
    look: CLEAR,
    houses: BRICK,
    cars: [car(1.9, 14, '#3c4f66'), car(-2, 30, '#c9cccf')],
  },
  {
    name: 'closed-lane',
    seed: 3,
    look: CLEAR,
    houses: TOWN,
    cars: [car(-2.1, 18, '#e8e8ea')],
    works: line('cone', 9, [3.6, 7], [0.2, 30]),
  },
  {
    name: 'country-road',
    seed: 4,
    look: COUNTRY,
    trees: trees('#4d7038', 9, [14, 22, 31, 42, 55]),
    cars: [car(-2, 40, '#7c2027')],
  },
  {
    name: 'digger',
    seed: 5,
    look: COUNTRY,
    trees: trees('#5a7a3f', 10, [26, 38, 50]),
    works: [
      { kind: 'digger', x: 3.6, z: 17 },
      ...line('drum', 5, [1.3, 8], [-0.8, 26]),
      { kind: 'worker', x: 1.4, z: 16 },
    ],
  },
  {
    name: 'distant-cones',
    seed: 6,
    look: OVERCAST,
    houses: TOWN,
    cars: [car(-2, 24, '#2f3338')],
    works: line('cone', 6, [3.4, 27], [1, 50]),
  },
  { name: 'drums', seed: 7, look: CLEAR, houses: BRICK, works: line('drum', 7, [-3.2, 8], [-1.2, 40]) },
  {
    name: 'evening',
    seed: 8,
    look: SUNSET,
    houses: TOWN,
    light: 0.75,
    cars: [car(1.9, 16, '#5c6068'), car(2, 34, '#8c8f94')],
  },
  {
    name: 'orange-car',
    seed: 9,
    look: OVERCAST,
    houses: TOWN,
    cars: [car(1.9, 12, '#e8641f'), car(-2, 26, '#c9cccf')],
  },
  {
    name: 'autumn',
    seed: 10,
    look: CLEAR,
    trees: trees('#c9782c', 8.5, [12, 20, 29, 40]),
    cars: [car(1.9, 22, '#dcdfe2')],
  },
  {
    name: 'school-bus',
    seed: 11,
    look: OVERCAST,
    houses: TOWN,
    cars: [{ kind: 'bus', x: 2, z: 17, colour: '#d99a14' }],
  },
  {
    name: 'workers-at-dusk',
    seed: 12,
    look: SUNSET,
    houses: BRICK,
    light: 0.7,
    works: [
      ...line('worker', 3, [2.2, 11], [6.4, 17]),
      { kind: 'sign', x: -4.4, z: 13 },
      ...line('cone', 4, [1.2, 8], [1.4, 20]),
    ],
  },
];
