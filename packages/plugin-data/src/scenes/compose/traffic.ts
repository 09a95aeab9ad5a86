import type { Random } from '@streetvision/core';
import type { Car } from '../draw/cars.js';
import type { Colour } from '../draw/paint.js';
import type { Person } from '../draw/people.js';
import { pickOf } from './mood.js';
import { ORANGES, type Place } from './surroundings.js';

const PAINTS: readonly Colour[] = [
  '#3c4f66',
  '#c9cccf',
  '#e8e8ea',
  '#2f3338',
  '#7c2027',
  '#5c6068',
  '#8c8f94',
  '#dcdfe2',
  '#24466b',
  '#4f5b4a',
];
const JACKETS: readonly Colour[] = ['#2c3442', '#6b2f35', '#44607a', '#3f5a43', '#8a8478', '#c7c2b6', ...ORANGES];
const TROUSERS: readonly Colour[] = ['#23272e', '#3a4658', '#5a5248'];
const SKINS: readonly Colour[] = ['#b98a6d', '#8a5d42', '#d8b097', '#5f4030'];

/** @param clear the lanes that works leave open, ahead of this depth; cars keep out of the works */
export function trafficOf(
  random: Random,
  place: Place,
  half: number,
  lit: boolean,
  clear: { readonly x: readonly number[] },
): Car[] {
  const cars: Car[] = [];
  const add = (x: number, z: number, oncoming: boolean, moving = true) => {
    if (cars.some((other) => Math.abs(other.z - z) < 9 && Math.abs(other.x - x) < 2.4)) return;
    const drawn = random.next();
    const kind = drawn < 0.82 ? 'car' : drawn < 0.9 ? 'bus' : 'truck';
    const school = kind === 'bus' && random.next() < 0.5;
    const orange = random.next() < 0.14;
    const colour = school ? '#d99a14' : orange ? pickOf(random, ORANGES) : pickOf(random, PAINTS);
    cars.push({ kind: moving ? kind : 'car', x, z, colour, oncoming, ...(lit && moving ? { lamps: true } : {}) });
  };
  for (const x of clear.x) {
    for (let z = random.between(9, 30); z < 90; z += random.between(14, 45)) {
      if (random.next() < 0.55) add(x + random.between(-0.2, 0.2), z, x < 0);
    }
  }
  if (place === 'town' || place === 'suburb') {
    for (const side of [-1, 1]) {
      if (!clear.x.some((x) => Math.sign(x) === side)) continue;
      for (let z = random.between(8, 20); z < 70; z += random.between(6.5, 14)) {
        if (random.next() < 0.45) add(side * (half - 1), z, side < 0, false);
      }
    }
  }
  return cars;
}

export function peopleOf(random: Random, place: Place, half: number): Person[] {
  if (place === 'highway') return [];
  const count = random.below(place === 'town' ? 5 : 2);
  return Array.from({ length: count }, () => ({
    x: (random.next() < 0.5 ? -1 : 1) * (half + random.between(0.6, 2.2)),
    z: random.between(8, 45),
    jacket: pickOf(random, JACKETS),
    trousers: pickOf(random, TROUSERS),
    skin: pickOf(random, SKINS),
  }));
}
