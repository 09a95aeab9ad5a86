export { bestMccThreshold } from './best-threshold.js';
export {
  accuracy,
  balancedAccuracy,
  type Confusion,
  type Cut,
  confusion,
  f1,
  isPositive,
  mcc,
  precision,
  recall,
  specificity,
} from './confusion.js';
export { aurc, type CoveragePoint, riskCoverage } from './coverage.js';
export { checkJudged } from './judged.js';
export { brier, type EceOptions, ece, logLoss, type ReliabilityBin, reliability } from './probability.js';
export {
  auroc,
  averagePrecision,
  type PrPoint,
  prAucTrapezoid,
  prPoints,
  type RocPoint,
  rocPoints,
} from './ranking.js';
export { summarise } from './summary.js';
export type { Interval, Judged, Metrics } from './types.js';
