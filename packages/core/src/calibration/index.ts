export { applyMap, calibrationLogit, shiftToHalf } from './apply.js';
export { readCalibration } from './read.js';
export type {
  Calibration,
  CalibrationMap,
  CalibrationPromise,
  SideEvidence,
  SideRefused,
  StepCalibration,
} from './types.js';
