export {
  compareEvaluations,
  type Difference,
  type EvaluationComparison,
  readEvaluation,
} from './compare.js';
export { evaluate, evaluateRecording } from './evaluate.js';
export type {
  Caveat,
  EvaluateOptions,
  Evaluation,
  JudgedAnswer,
  Slice,
  StageFigures,
  Variant,
} from './types.js';
