// What is exported here is the public API; everything else may change without notice.
export { type RoadworkOptions, type RoadworkTask, roadwork, roadwork as default } from './roadwork.js';
