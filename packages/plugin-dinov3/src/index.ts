// What is exported here is the public API; everything else may change without notice.
export { type Backbone, openBackbone } from './backbones/open.js';
export { BACKBONES, type BackboneEntry, findBackbone } from './backbones/table.js';
export { FEATURES, type Feature } from './features/layout.js';
export { HEAD_METADATA_KEY, type HeadCalibration, type HeadMetadata, readHeadMetadata } from './head/metadata.js';
export type { BackboneOptions, Dinov3Options, Dtype } from './options.js';
export { dinov3, dinov3 as default } from './plugin.js';
export type { Dinov3State } from './stage.js';
