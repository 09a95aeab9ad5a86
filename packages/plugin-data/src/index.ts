// What is exported here is the public API; everything else may change without notice.
export { data, data as default } from './plugin.js';
