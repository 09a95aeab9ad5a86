export { encodeHead, readHeadWeights } from './head-file.js';
export { type ResolvedOptions, resolveOptions } from './options.js';
export { trainHead } from './train-head.js';
export type { EpochPoint, FeatureSet, HeadOptions, TrainContext, TrainedHead } from './types.js';
export type { HeadWeights, Layer, Standardisation } from './weights.js';
