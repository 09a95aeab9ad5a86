export { readLabel } from './label.js';
export { openDataset } from './open.js';
export { createRandom, type Random } from './random.js';
export { type SplitOptions, type SplitSample, splitByGroup } from './split.js';
