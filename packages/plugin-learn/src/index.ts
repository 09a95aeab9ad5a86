// What is exported here is the public API; everything else may change without notice.
export { learn, learn as default } from './plugin.js';
