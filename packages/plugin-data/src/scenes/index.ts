export { TIMES, type Time, WEATHERS, type Weather } from './compose/mood.js';
export { scenes } from './format.js';
export { type SceneSample, type ScenesOptions, sceneSample } from './sample.js';
export { type ScenesSourceOptions, scenesSource } from './source.js';
export { type WriteScenesOptions, writeScenes } from './write.js';
