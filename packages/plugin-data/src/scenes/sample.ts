import type { Box, Sample, Task } from '@streetvision/core';
import { SvError } from '@streetvision/core';
import { sceneBoxes } from './boxes.js';
import { TIMES, type Time, WEATHERS, type Weather } from './compose/mood.js';
import { composeScene } from './compose/scene.js';
import { renderScene } from './render.js';

/** Which scenes are drawn. */
export interface ScenesOptions {
  /** @default 0 */
  readonly seed?: number;
  /** Pixels, 32–4096. @default 640 */
  readonly width?: number;
  /** Pixels, 32–4096. @default nine sixteenths of the width */
  readonly height?: number;
  /** Of the JPEGs, 1–100. @default 85 */
  readonly quality?: number;
  /** The share with roadwork. @default 0.5 */
  readonly positive?: number;
  /** The share of scenes in which orange cars, jackets, shops and autumn leaves may be taken for roadwork. @default 1 */
  readonly lookalikes?: number;
  /** @default drawn for each scene */
  readonly weather?: Weather;
  /** @default drawn for each scene */
  readonly time?: Time;
}

/** A scene that can be drawn. */
export interface SceneSample {
  /** `0-000017`: the seed, and which it is. */
  readonly id: string;
  readonly positive: boolean;
  /** Weather, time of day and place. */
  readonly meta: Readonly<Record<string, unknown>>;
  /** Pixels. */
  readonly boxes: readonly Box[];
  /** A JPEG; the same bytes each time. */
  draw(): Promise<Uint8Array>;
}

/** Scene number `index` of a seed; how many others are drawn changes nothing of it. Throws `SV_DATA_FORMAT`. */
export function sceneSample(index: number, options: ScenesOptions = {}): SceneSample {
  const { seed = 0, width = 640, height = Math.round((width * 9) / 16), quality = 85, positive: share = 0.5 } = options;
  check(options, width, height, quality, share);
  const id = `${seed}-${String(index).padStart(6, '0')}`;
  // Evenly spread, so that any first part has about the share.
  const positive = Math.floor((index + 1) * share + 1e-9) > Math.floor(index * share + 1e-9);
  const { weather, time, lookalikes = 1 } = options;
  const composed = composeScene({
    seed: `scene ${id}`,
    positive,
    width,
    height,
    lookalikes,
    ...(weather ? { weather } : {}),
    ...(time ? { time } : {}),
  });
  const { scene, camera } = composed;
  return {
    id,
    positive,
    meta: { weather: composed.weather, time: composed.time, place: composed.place },
    boxes: sceneBoxes(scene, camera, width),
    draw: async () => new Uint8Array(await renderScene(scene, { camera, width, quality })),
  };
}

/** The class of a scene: that of the task, or `roadwork` and `no_roadwork`. */
export function sceneLabel(positive: boolean, task: Task | undefined): string {
  if (!task) return positive ? 'roadwork' : 'no_roadwork';
  return positive ? task.positive : (task.classes.find((name) => name !== task.positive) as string);
}

/** As a sample of a dataset. */
export function asSample(scene: SceneSample, task: Task | undefined): Sample {
  return {
    id: scene.id,
    label: sceneLabel(scene.positive, task),
    group: scene.id,
    source: 'scenes',
    meta: scene.meta,
    boxes: scene.boxes,
    read: () => scene.draw(),
  };
}

function check(
  { weather, time, seed = 0, lookalikes = 1 }: ScenesOptions,
  width: number,
  height: number,
  quality: number,
  share: number,
): void {
  const whole = (value: number, low: number, high: number) => Number.isInteger(value) && value >= low && value <= high;
  const wrong =
    (!Number.isSafeInteger(seed) && `\`seed\` is ${seed}, expected a whole number.`) ||
    (!whole(width, 32, 4096) && `\`width\` is ${width}, expected a whole number from 32 to 4096.`) ||
    (!whole(height, 32, 4096) && `\`height\` is ${height}, expected a whole number from 32 to 4096.`) ||
    (!whole(quality, 1, 100) && `\`quality\` is ${quality}, expected a whole number from 1 to 100.`) ||
    (!(share >= 0 && share <= 1) && `\`positive\` is ${share}, expected a number from 0 to 1.`) ||
    (!(lookalikes >= 0 && lookalikes <= 1) && `\`lookalikes\` is ${lookalikes}, expected a number from 0 to 1.`) ||
    (weather &&
      !WEATHERS.includes(weather) &&
      `\`weather\` is ${JSON.stringify(weather)}, expected ${WEATHERS.join(', ')}.`) ||
    (time && !TIMES.includes(time) && `\`time\` is ${JSON.stringify(time)}, expected ${TIMES.join(', ')}.`);
  if (wrong) throw new SvError('SV_DATA_FORMAT', `Scenes: ${wrong}`);
}
