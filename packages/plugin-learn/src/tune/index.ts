export { tune } from './tune.js';
export type { HeldOut, TunedStep, TuneMetric, TuneOptions, Tuning } from './types.js';
