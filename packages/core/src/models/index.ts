export { defaultCacheFolder } from './cache-folder.js';
export { localModelPath } from './local-files.js';
export type { Pruned, PruneOptions, Verified } from './maintain.js';
export {
  type FileRef,
  type HfRef,
  type HttpsRef,
  type NpmRef,
  type ParsedModelRef,
  parseModelRef,
} from './model-ref.js';
export {
  createModelStore,
  type GetOptions,
  type ModelProgress,
  type ModelStore,
  type ModelStoreOptions,
} from './store.js';
