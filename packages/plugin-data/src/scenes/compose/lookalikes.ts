import type { Colour } from '../draw/paint.js';
import type { Scene } from '../scene.js';
import { ORANGES } from './surroundings.js';

const TELLING: ReadonlySet<Colour> = new Set<Colour>([...ORANGES, '#d99a14', '#c9782c', '#b5622a', '#d18f36']);

/** The same scene without orange cars, buses, jackets, shops, bins and autumn leaves: an easy one. */
export function withoutLookalikes(scene: Scene): Scene {
  const plain = (colour: Colour, other: Colour): Colour => (TELLING.has(colour) ? other : colour);
  const { houses = [], trees = [], cars = [], people = [], roadside = [] } = scene;
  return {
    ...scene,
    houses: houses.map((house) => (house.shop ? { ...house, shop: plain(house.shop, '#2f5d8a') } : house)),
    trees: trees.map((tree) => ({ ...tree, leaves: plain(tree.leaves, '#5a7a3f') })),
    cars: cars.map((car) => ({ ...car, colour: plain(car.colour, '#8c8f94') })),
    people: people.map((person) => ({ ...person, jacket: plain(person.jacket, '#2c3442') })),
    roadside: roadside.map((one) => (one.colour ? { ...one, colour: plain(one.colour, '#4c6b4a') } : one)),
  };
}
