// What is exported here is the public API; everything else may change without notice.
export {
  applyMap,
  type Calibration,
  type CalibrationMap,
  type CalibrationPromise,
  calibrationLogit,
  readCalibration,
  type SideEvidence,
  type SideRefused,
  type StepCalibration,
  shiftToHalf,
} from './calibration/index.js';
export { calibrated } from './cascade/rules/calibrated.js';
export { type CertainOptions, certain } from './cascade/rules/certain.js';
export { agreement, always, budget, window } from './cascade/rules/exit.js';
export { type FuseOptions, logOdds, max, mean, weighted } from './cascade/rules/fuse.js';
export { learned } from './cascade/rules/learned.js';
export { stackScore } from './cascade/rules/stack.js';
export { image, video } from './cascade/rules/when.js';
export { makeThumbnail, type Thumbnail } from './cli/report/thumbnail.js';
export { type LoadConfigOptions, type LoadedConfig, loadConfig } from './config/load.js';
export {
  createRandom,
  openDataset,
  type Random,
  readLabel,
  type SplitOptions,
  type SplitSample,
  splitByGroup,
} from './data/index.js';
export { defineConfig, definePlugin, defineStage, defineTask } from './define.js';
export { createOnnxRuntimeEngine, type OnnxRuntimeEngineOptions } from './engines/onnxruntime/engine.js';
export { ERRORS, type ErrorCode } from './errors/codes.js';
export { didYouMean } from './errors/suggest.js';
export { isSvError, SvError, type SvErrorOptions, type Where } from './errors/sv-error.js';
export { recycle } from './frames/buffer-pool.js';
export { type ClipInput, createClip } from './frames/clip.js';
export { type ClipFrameInput, createClipFrame, createFrame, type FrameInput } from './frames/frame.js';
export { IMAGENET_MEAN, IMAGENET_STD } from './frames/imagenet.js';
export { PREPROCESSING_VERSION } from './frames/preprocessing-version.js';
export { readFrame } from './frames/read.js';
export { type ResizePixelsOptions, resizePixels } from './frames/resize-pixels.js';
export { type ResolvedSpec, resolveSpec } from './frames/spec.js';
export { viewArea } from './frames/view.js';
export {
  createModelStore,
  defaultCacheFolder,
  type GetOptions,
  localModelPath,
  type ModelProgress,
  type ModelStore,
  type ModelStoreOptions,
  type ParsedModelRef,
  type Pruned,
  type PruneOptions,
  parseModelRef,
  type Verified,
} from './models/index.js';
export { type OnnxFile, readOnnxFile } from './models/onnx-file.js';
export { createLogger, type LogOptions, silent } from './observe/log.js';
export { createProject, type ProjectOptions } from './project/create.js';
export {
  createReplay,
  type ReachedStep,
  type Replay,
  type ReplayAnswer,
  type ReplayFrame,
  type ReplayOptions,
  type ReplayOutput,
} from './replay/index.js';
export { createRuntime, type RuntimeOptions } from './runtime/create-runtime.js';
export type * from './types/index.js';
export { PLUGIN_API, VERSION } from './version.js';
