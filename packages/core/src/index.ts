// What is exported here is the public API; everything else may change without notice.
export { defineConfig, definePlugin, defineStage, defineTask } from './define.js';
export { ERRORS, type ErrorCode } from './errors/codes.js';
export { isSvError, SvError, type SvErrorOptions, type Where } from './errors/sv-error.js';
export type * from './types/index.js';
