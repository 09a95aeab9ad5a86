import { createRandom, type Random } from '@streetvision/core';
import { type Camera, DASHCAM, round } from '../camera.js';
import type { Colour } from '../draw/paint.js';
import type { Scene } from '../scene.js';
import { withoutLookalikes } from './lookalikes.js';
import { moodOf, pickOf, type Time, type Weather } from './mood.js';
import { PLACES, type Place, surroundingsOf } from './surroundings.js';
import { peopleOf, trafficOf } from './traffic.js';
import { siteOf } from './works.js';

export interface SceneOptions {
  /** The same seed gives the same picture, byte for byte. */
  readonly seed: number | string;
  /** With roadwork. */
  readonly positive: boolean;
  /** Pixels, 32–4096. @default 640 */
  readonly width?: number;
  /** Pixels, 32–4096. @default nine sixteenths of the width */
  readonly height?: number;
  /** @default drawn: clear half of the time */
  readonly weather?: Weather;
  /** @default drawn: day in 3 of 5 */
  readonly time?: Time;
  /** @default drawn */
  readonly place?: Place;
  /** Chance that orange cars, jackets, shops and autumn leaves may be there, 0–1. @default 1 */
  readonly lookalikes?: number;
}

/** A scene, the camera that sees it, and what it shows. */
export interface ComposedScene {
  readonly scene: Scene;
  readonly camera: Camera;
  readonly weather: Weather;
  readonly time: Time;
  readonly place: Place;
}

const GRASS: Readonly<Record<Place, readonly Colour[]>> = {
  town: ['#7d7c74', '#8a877d'],
  suburb: ['#7d8a63', '#77904f'],
  country: ['#77904f', '#7d8a63', '#8f8f58'],
  highway: ['#757a6a', '#77904f'],
};

/** Puts a scene together: the road, what stands beside it, who drives there, and the works where there are any. */
export function composeScene({
  seed,
  positive,
  width = 640,
  height = Math.round((width * 9) / 16),
  lookalikes = 1,
  ...given
}: SceneOptions): ComposedScene {
  const random = createRandom(seed);
  const weather =
    given.weather ?? pickOf(random.fork('weather'), ['clear', 'clear', 'clear', 'rain', 'fog', 'snow'] as const);
  const time = given.time ?? pickOf(random.fork('time'), ['day', 'day', 'day', 'dusk', 'night'] as const);
  const place = given.place ?? pickOf(random.fork('place'), PLACES);
  const mood = moodOf(random.fork('mood'), weather, time);
  const half = { town: 6, suburb: 5.2, country: 4.6, highway: 7.6 }[place];
  const site = positive ? siteOf(random.fork('works'), half) : undefined;
  const open = place === 'highway' ? [-4.8, -1.8, 1.8, 4.8] : [-1.9, 1.9];
  const clear = { x: site ? open.filter((x) => Math.sign(x) !== site.side) : open };
  const sky = random.fork('sky');
  const scene: Scene = {
    name: String(seed),
    seed: random.fork('seed').below(2 ** 31),
    look: {
      ...mood.look,
      verge: mood.ground(pickOf(random.fork('verge'), GRASS[place])),
      pavement: mood.ground(place === 'country' ? '#8a8468' : '#98958d'),
      half,
      dashes: place === 'highway' ? [-3.3, 0, 3.3] : [0],
      ...(site ? { patches: site.patches } : {}),
    },
    ...surroundingsOf(random.fork('surroundings'), place, half, mood),
    cars: trafficOf(random.fork('traffic'), place, half, mood.lit, clear),
    people: peopleOf(random.fork('people'), place, half),
    works: site?.works ?? [],
    ...(mood.clouds ? { clouds: { colour: mood.clouds, heaps: cloudsOf(sky) } } : {}),
    air: mood.air,
    ...(mood.falls ? { falls: mood.falls } : {}),
  };
  const confusing = random.fork('lookalikes').next() < lookalikes;
  return {
    scene: confusing ? scene : withoutLookalikes(scene),
    camera: cameraOf(random.fork('camera'), width, height, place),
    weather,
    time,
    place,
  };
}

const cloudsOf = (random: Random) =>
  Array.from({ length: random.below(6) }, () => ({
    x: random.next(),
    y: random.between(0.08, 0.75),
    size: random.between(0.12, 0.4),
  }));

function cameraOf(random: Random, width: number, height: number, place: Place): Camera {
  const tall = round((DASHCAM.width * height) / width, 4);
  return {
    width: DASHCAM.width,
    height: tall,
    horizon: Math.round(tall * random.between(0.38, 0.5)),
    centre: Math.round(DASHCAM.width * random.between(0.45, 0.55)),
    focal: random.between(390, 520),
    eye: random.between(1.2, 1.75),
    across: place === 'highway' ? random.between(1.2, 2.2) : random.between(0.6, 1.9),
    bend: random.next() < 0.5 ? 0 : random.between(-0.0022, 0.0022),
  };
}
