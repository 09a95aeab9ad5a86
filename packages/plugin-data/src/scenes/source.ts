import { createFrame, type Source } from '@streetvision/core';
import { type ScenesOptions, sceneLabel, sceneSample } from './sample.js';

export interface ScenesSourceOptions extends ScenesOptions {
  /** @default 24 */
  readonly count?: number;
}

/** Drawn scenes as frames, for `sv run source:scenes`; `meta.label` is what they show. */
export function scenesSource({ count = 24, ...options }: ScenesSourceOptions = {}): Source<'scenes'> {
  return {
    name: 'scenes',
    async *frames({ signal }) {
      for (let index = 0; index < count; index++) {
        if (signal.aborted) return;
        const scene = sceneSample(index, options);
        const meta = { ...scene.meta, label: sceneLabel(scene.positive, undefined) };
        yield createFrame({ id: `scene-${scene.id}`, bytes: await scene.draw(), meta });
      }
    },
  };
}
