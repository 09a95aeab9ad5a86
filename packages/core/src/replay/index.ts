export { createReplay } from './create.js';
export type { ReachedStep, Replay, ReplayAnswer, ReplayFrame, ReplayOptions, ReplayOutput } from './types.js';
