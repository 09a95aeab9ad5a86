import type { Task } from '@streetvision/core';
import { checkWhole } from '../augment/dataset.js';
import { classFolder, type MadePictures, makePictures, type Order } from '../augment/made-pictures.js';
import { type ScenesOptions, sceneLabel, sceneSample } from './sample.js';

export interface WriteScenesOptions extends ScenesOptions {
  /** Folder for the pictures and `manifest.jsonl`. */
  readonly out: string;
  readonly count: number;
  /** Names the classes. @default `roadwork` and `no_roadwork` */
  readonly task?: Task | undefined;
  readonly signal?: AbortSignal;
  readonly step?: (failed: boolean) => void;
}

/** Writes drawn scenes and a manifest with their boxes. Resumable. Throws `SV_DATA_FORMAT`, `SV_OUTPUT_WRITE`, `SV_RUN_INVALID`. */
export async function writeScenes({
  out,
  count,
  task,
  signal,
  step,
  ...options
}: WriteScenesOptions): Promise<MadePictures> {
  checkWhole('count', count, 1, 10_000_000);
  async function* orders(): AsyncGenerator<Order> {
    for (let index = 0; index < count; index++) {
      const scene = sceneSample(index, options);
      const label = sceneLabel(scene.positive, task);
      yield {
        file: `${classFolder(label)}/scene-${scene.id}.jpg`,
        of: scene.id,
        label,
        group: scene.id,
        source: 'scenes',
        meta: scene.meta,
        make: async () => ({ bytes: await scene.draw(), boxes: scene.boxes }),
      };
    }
  }
  return makePictures(orders(), {
    out,
    name: `${count} drawn scenes`,
    // More of the same are added to a folder; the count is no setting.
    settings: { scenes: { ...options }, classes: task?.classes ?? null },
    ...(signal ? { signal } : {}),
    ...(step ? { step } : {}),
  });
}
