// What is exported here is the public API; everything else may change without notice.
export {
  AUGMENTATIONS,
  type AugmentDatasetOptions,
  type Augmented,
  type AugmentOptions,
  augment,
  augmentDataset,
  augmentPixels,
  type Chain,
  type ChainResult,
  EFFECTS,
  type Effect,
  type EffectSettings,
  type MadePictures,
  type Picture,
  type Pipeline,
  type PipelineStep,
  parsePipeline,
  prepareChain,
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
export {
  type SceneSample,
  type ScenesOptions,
  type ScenesSourceOptions,
  sceneSample,
  scenes,
  scenesSource,
  TIMES,
  type Time,
  WEATHERS,
  type Weather,
  type WriteScenesOptions,
  writeScenes,
} from './scenes/index.js';
export { type UrlsOptions, urlsFormat } from './urls/format.js';
export { videoFormat } from './video/format.js';
