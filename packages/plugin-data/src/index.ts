// What is exported here is the public API; everything else may change without notice.
export {
  AUGMENTATIONS,
  type Augmented,
  type AugmentOptions,
  augment,
  augmentPixels,
  EFFECTS,
  type Effect,
  type EffectSettings,
  type Picture,
  type Pipeline,
  type PipelineStep,
  parsePipeline,
  preparePipeline,
  type ReadyPipeline,
  type Setting,
  SN72_PROFILES,
  type Sn72Challenge,
  type Sn72Profile,
  sn72Challenge,
} from './augment/index.js';
export { type HuggingFaceOptions, huggingFaceFormat, parquetFormat } from './huggingface/formats.js';
export { data, data as default } from './plugin.js';
export { type UrlsOptions, urlsFormat } from './urls/format.js';
export { videoFormat } from './video/format.js';
