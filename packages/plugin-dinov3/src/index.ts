// What is exported here is the public API; everything else may change without notice.
export { type BuildMemoryOptions, type BuiltMemory, buildMemory } from './adaptation/build-memory.js';
export type { AdaptOptions } from './adaptation/entropy.js';
export type { McDropoutOptions } from './adaptation/mc-dropout.js';
export type { MemoryOptions } from './adaptation/memory.js';
export { type Memory, type MemoryBackbone, readMemory, writeMemory } from './adaptation/memory-file.js';
export { createRetriever, type Retriever } from './adaptation/retrieve.js';
export { type TtaOptions, tta, VIEWS, type ViewName, type Vote } from './adaptation/tta.js';
export { type Backbone, openBackbone } from './backbones/open.js';
export { BACKBONES, type BackboneEntry, findBackbone } from './backbones/table.js';
export { FEATURES, type Feature } from './features/layout.js';
export { HEAD_METADATA_KEY, type HeadCalibration, type HeadMetadata, readHeadMetadata } from './head/metadata.js';
export type { BackboneOptions, Dinov3Options, Dtype } from './options.js';
export { dinov3, dinov3 as default } from './plugin.js';
export type { Dinov3State } from './stage.js';
