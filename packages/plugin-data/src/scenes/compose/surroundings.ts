import type { Random } from '@streetvision/core';
import type { House } from '../draw/houses.js';
import type { Colour } from '../draw/paint.js';
import type { Roadside } from '../draw/roadside.js';
import type { Tree } from '../draw/trees.js';
import { type Mood, pickOf } from './mood.js';

export const PLACES = ['town', 'suburb', 'country', 'highway'] as const;
export type Place = (typeof PLACES)[number];

/** Colours that are easily taken for roadwork: they are everywhere, also where none is. */
export const ORANGES: readonly Colour[] = ['#e8641f', '#f2701a', '#d9581a', '#ee7f2d'];

const WALLS: readonly Colour[] = [
  '#8a8f96',
  '#a79c8b',
  '#747c86',
  '#98938a',
  '#a8a39a',
  '#8e5a48',
  '#96604a',
  '#b3aca0',
  '#c2b59b',
];
const SHOPS: readonly Colour[] = ['#2f5d8a', '#8a2f3b', '#3f6b4a', '#6a4a7a', ...ORANGES];
const LEAVES: readonly Colour[] = ['#4d7038', '#5a7a3f', '#46683a', '#6b8242'];
const AUTUMN: readonly Colour[] = ['#c9782c', '#b5622a', '#d18f36'];

export interface Surroundings {
  readonly houses: readonly House[];
  readonly trees: readonly Tree[];
  readonly roadside: readonly Roadside[];
  readonly hills?: { readonly colour: Colour; readonly heights: readonly number[] };
}

/** @param half half the width of the road, metres */
export function surroundingsOf(random: Random, kind: Place, half: number, mood: Mood): Surroundings {
  const built = kind === 'town' || kind === 'suburb';
  return {
    houses: built
      ? [...row(random.fork('left'), 'left', kind, half, mood), ...row(random.fork('right'), 'right', kind, half, mood)]
      : [],
    trees: treesOf(random.fork('trees'), kind, half, mood),
    roadside: roadsideOf(random.fork('roadside'), kind, half, mood),
    ...(built ? {} : { hills: hillsOf(random.fork('hills'), mood) }),
  };
}

function row(random: Random, side: House['side'], kind: Place, half: number, mood: Mood): House[] {
  const houses: House[] = [];
  const away = half + (kind === 'town' ? 4.5 : 8);
  for (let from = random.between(6, 13); from < 130; ) {
    const length = random.between(9, kind === 'town' ? 20 : 12);
    const shop = kind === 'town' && random.next() < 0.35;
    houses.push({
      side,
      from,
      to: from + length,
      away,
      storeys: kind === 'town' ? 2 + random.below(4) : 1 + random.below(2),
      colour: pickOf(random, WALLS),
      ...(shop ? { shop: pickOf(random, SHOPS) } : {}),
      ...(mood.lit ? { lights: random.between(0.15, 0.5) } : {}),
    });
    from += length + random.between(0.2, kind === 'town' ? 2 : 9);
  }
  return houses;
}

function treesOf(random: Random, kind: Place, half: number, mood: Mood): Tree[] {
  const snowy = mood.falls?.kind === 'snow';
  const palette = snowy ? (['#8d9a8f', '#a4ada6'] as const) : random.next() < 0.22 ? AUTUMN : LEAVES;
  const share = { town: 0.2, suburb: 0.75, country: 0.85, highway: 0.6 }[kind];
  const trees: Tree[] = [];
  for (const side of [-1, 1]) {
    for (let z = random.between(9, 20); z < 110; z += random.between(6, 15)) {
      if (random.next() > share) continue;
      const beside = half + (kind === 'town' ? 1.7 : random.between(3, kind === 'suburb' ? 5 : 14));
      trees.push({
        x: side * beside,
        z,
        tufts: z < 20 ? 60 : z < 45 ? 36 : 16,
        height: random.between(4.5, 8),
        leaves: pickOf<Colour>(random, palette),
      });
    }
  }
  return trees;
}

function roadsideOf(random: Random, kind: Place, half: number, mood: Mood): Roadside[] {
  const out: Roadside[] = [];
  const start = random.between(8, 20);
  const pole = kind === 'town' || kind === 'highway' || random.next() < 0.4 ? 'lamp' : 'pole';
  for (let z = start; z < 120; z += 24) {
    out.push({ kind: pole, x: half + 0.7, z, lit: mood.lit });
    if (kind === 'town') out.push({ kind: pole, x: -half - 0.7, z: z + 12, lit: mood.lit });
  }
  if (random.next() < 0.5) {
    out.push({ kind: pickOf(random, ['speed-sign', 'stop-sign'] as const), x: half + 0.9, z: random.between(9, 40) });
  }
  if (kind !== 'highway' && random.next() < 0.4) {
    const colour =
      random.next() < 0.4 ? pickOf(random, ORANGES) : pickOf<Colour>(random, ['#4c6b4a', '#3d4b5c', '#585b5e']);
    out.push({ kind: 'bin', x: (random.next() < 0.5 ? -1 : 1) * (half + 1.2), z: random.between(8, 35), colour });
  }
  return out;
}

function hillsOf(random: Random, mood: Mood): { colour: Colour; heights: readonly number[] } {
  const tall = random.between(0.02, 0.12);
  const [a, b] = [random.between(0, 6), random.between(0, 6)];
  const heights = Array.from(
    { length: 41 },
    (_, i) => tall * (0.55 + 0.3 * Math.sin(i / 5 + a) + 0.15 * Math.sin(i / 1.9 + b)),
  );
  return { colour: mood.falls?.kind === 'snow' ? '#c5ccd2' : '#6f8069', heights };
}
