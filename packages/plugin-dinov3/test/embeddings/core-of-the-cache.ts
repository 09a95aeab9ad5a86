// All that the cache takes of core: other processes start faster with it than with the whole of core.
export { PREPROCESSING_VERSION } from '../../../core/src/frames/preprocessing-version.js';
export { resolveSpec } from '../../../core/src/frames/spec.js';
