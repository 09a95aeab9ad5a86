// What is exported here is the public API; everything else may change without notice.

export {
  type CalibratedSet,
  type CalibrateOptions,
  type CalibrationSet,
  calibrate,
  calibrateSet,
  chooseMap,
  configSnippet,
  type FitMethod,
  fitIsotonic,
  fitMap,
  fitPlatt,
  fitTemperature,
  type PlattOptions,
  type StepAnswers,
  summariseCalibration,
  writeCalibration,
} from './calibration/index.js';
export {
  type FittedStack,
  fitStack,
  type ScoreMatrix,
  type StackFigures,
  type StackOptions,
  scoreMatrix,
  writeStack,
} from './ensemble/index.js';
export {
  type Caveat,
  compareEvaluations,
  type Difference,
  type EvaluateOptions,
  type Evaluation,
  type EvaluationComparison,
  evaluate,
  evaluateRecording,
  type JudgedAnswer,
  readEvaluation,
  type Slice,
  type StageFigures,
  type Variant,
} from './evaluate/index.js';
export {
  type EpochPoint,
  type FeatureSet,
  type HeadOptions,
  type HeadWeights,
  type Layer,
  readHeadWeights,
  type Standardisation,
  type TrainContext,
  type TrainedHead,
  trainHead,
} from './heads/index.js';
export type { Interval, Judged, Metrics } from './metrics/index.js';
export * as metrics from './metrics/index.js';
export { learn, learn as default } from './plugin.js';
export {
  type DatasetRecording,
  type RecordedAnswer,
  type RecordedFrame,
  type Recording,
  type RecordingConditions,
  type RecordingHeader,
  type RecordOptions,
  readRecording,
  recordDataset,
} from './recording/index.js';
export { type EvaluationReportOptions, evaluationPage, writeEvaluationReport } from './report/index.js';
export {
  type ChallengeSource,
  HALTED,
  PROFILES,
  type Profile,
  type ProfileName,
  REWARD,
  type RewardHistory,
  rewardHistory,
  type SimulateOptions,
  type Simulation,
  simulateValidator,
} from './simulate/index.js';
export * as statistics from './statistics/index.js';
export {
  type ComparedRun,
  type Comparison,
  compareRuns,
  type DataLine,
  type Figures,
  type GroupFigures,
  groupWeights,
  type HeldOutFigures,
  isRunFolder,
  type Row,
  type Run,
  type RunData,
  readData,
  readRun,
  readTable,
  summariseRun,
  type Table,
  type TrainOptions,
  type TrainReport,
  train,
} from './train/index.js';
