import type { Augmentation } from '@streetvision/core';
import { augment } from './augment.js';
import { EFFECTS } from './effects/index.js';
import { preparePipeline } from './pipeline.js';
import { SN72_PROFILES, type Sn72Profile, sn72Challenge } from './sn72/challenge.js';

const SN72: Readonly<Record<Sn72Profile, string>> = {
  '2026-01': 'as the validator of subnet 72 sent pictures in January 2026: 224 x 224, levels 0–3',
  '2026-04': 'as it did in April 2026: letterboxed to 224 x 224, levels 0–3',
  '2026-05': 'as it did in May 2026: native size, saved again as JPEG 75',
};

/** What the plugin brings by name: every effect with its defaults, and the validator's profiles. */
export const AUGMENTATIONS: readonly Augmentation[] = [
  ...EFFECTS.map(({ name, description }): Augmentation => {
    const pipeline = preparePipeline([name]);
    return { name, description, apply: async (bytes, random) => (await augment(bytes, pipeline, random)).bytes };
  }),
  ...SN72_PROFILES.map(
    (profile): Augmentation => ({
      name: `sn72:${profile}`,
      description: SN72[profile],
      apply: async (bytes, random) => (await sn72Challenge(bytes, profile, random)).bytes,
    }),
  ),
];
