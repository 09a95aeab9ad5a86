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
export {
  type EmbeddingDuplicate,
  kCentre,
  nearDuplicates,
  uniqueness,
} from './duplicates/embeddings.js';
export { type NearPair, nearHashes } from './duplicates/near-hashes.js';
export { perceptualHash } from './duplicates/perceptual-hash.js';
export { EXPORT_FORMATS, type ExportFormat, type ExportOptions, exportDataset } from './exports/index.js';
export {
  type Automatic1111Options,
  automatic1111,
  type ComfyUiOptions,
  type CosmosOptions,
  type CosmosSpec,
  checkCosmosSpec,
  checkGrid,
  comfyUi,
  cosmosTransfer,
  createPlan,
  type GenerateContext,
  type GenerateDefaults,
  type Generated,
  type GenerateOptions,
  type GenerateRequest,
  type Generator,
  generatePictures,
  type HfInferenceOptions,
  hfInference,
  type InitPicture,
  loadGrid,
  type PlannedPicture,
  type PromptGrid,
} from './generate/index.js';
export { type HuggingFaceOptions, huggingFaceFormat, parquetFormat } from './huggingface/formats.js';
export { type FactsOptions, factsOf, type Known, type PictureFacts } from './manifest/facts.js';
export { contentHash, countSamples } from './manifest/hash.js';
export { type Journal, openJournal } from './manifest/journal.js';
export { checkManifest, type ManifestCheck, readManifest } from './manifest/read.js';
export { type DataReport, type DataReportOptions, dataReport } from './manifest/report.js';
export type { Counts, Manifest, ManifestHeader, ManifestLine, SplitFacts } from './manifest/types.js';
export { createManifest, type ManifestFacts, type ManifestSample, writeManifest } from './manifest/write.js';
export { type Mix, type MixOptions, type MixPart, mixDatasets } from './mix/mix-datasets.js';
export { type Cell, type QuotaOptions, quotas } from './mix/quotas.js';
export type { DataOptions, SetOptions } from './options.js';
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
export { type SplitDataset, type SplitDatasetOptions, splitDataset } from './split/split-dataset.js';
export { type UrlsOptions, urlsFormat } from './urls/format.js';
export { videoFormat } from './video/format.js';
