export { calibrate, writeCalibration } from './calibrate.js';
export { type CalibratedSet, calibrateSet } from './calibrate-set.js';
export { chooseMap, type FitMethod, fitMap } from './fit/choose.js';
export { fitIsotonic } from './fit/isotonic.js';
export { fitPlatt, type PlattOptions } from './fit/platt.js';
export { fitTemperature } from './fit/temperature.js';
export type { CalibrateOptions } from './promise/terms.js';
export { configSnippet, summariseCalibration } from './summary.js';
export type { CalibrationSet, StepAnswers } from './types.js';
