// What is exported here is the public API; everything else may change without notice.

export {
  type FittedStack,
  fitStack,
  type ScoreMatrix,
  type StackFigures,
  type StackOptions,
  scoreMatrix,
  writeStack,
} from './ensemble/index.js';
export {
  type EpochPoint,
  type FeatureSet,
  type HeadOptions,
  type HeadWeights,
  type Layer,
  readHeadWeights,
  type Standardisation,
  type TrainContext,
  type TrainedHead,
  trainHead,
} from './heads/index.js';
export type { Interval, Judged, Metrics } from './metrics/index.js';
export * as metrics from './metrics/index.js';
export { learn, learn as default } from './plugin.js';
export * as statistics from './statistics/index.js';
