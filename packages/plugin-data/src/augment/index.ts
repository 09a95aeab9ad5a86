export { type Augmented, type AugmentOptions, augment, augmentPixels } from './augment.js';
export type { Effect, EffectSettings, Setting } from './effect.js';
export { EFFECTS } from './effects/index.js';
export { AUGMENTATIONS } from './named.js';
export { parsePipeline } from './parse.js';
export type { Picture } from './picture.js';
export { type Pipeline, type PipelineStep, preparePipeline, type ReadyPipeline } from './pipeline.js';
export { SN72_PROFILES, type Sn72Challenge, type Sn72Profile, sn72Challenge } from './sn72/challenge.js';
