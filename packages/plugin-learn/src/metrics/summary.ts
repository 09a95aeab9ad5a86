import * as counted from './confusion.js';
import { aurc } from './coverage.js';
import { checkJudged, countPositives } from './judged.js';
import { brier, ece, logLoss } from './probability.js';
import { auroc, averagePrecision } from './ranking.js';
import type { Judged, Metrics } from './types.js';

/**
 * Every figure at once. What is not defined is `null`, never NaN. `prAuc` is the average precision.
 *
 * Throws `SV_TRAIN_DATA` for lists of different lengths, scores outside [0, 1] and truths other than 0 and 1.
 *
 * @param cut `threshold` (0.5) and whether a score at it is positive, which it is by default, as the cascade labels
 * @example summarise({ scores: [0.9, 0.2, 0.6], truth: [1, 0, 0] }).accuracy // 0.667
 */
export function summarise(judged: Judged, cut: counted.Cut = {}): Metrics {
  checkJudged(judged);
  const confusion = counted.confusion(judged, cut);
  return {
    n: judged.scores.length,
    positives: countPositives(judged.truth),
    confusion,
    accuracy: counted.accuracy(confusion),
    balancedAccuracy: counted.balancedAccuracy(confusion),
    precision: counted.precision(confusion),
    recall: counted.recall(confusion),
    specificity: counted.specificity(confusion),
    f1: counted.f1(confusion),
    mcc: counted.mcc(confusion),
    auroc: auroc(judged),
    prAuc: averagePrecision(judged),
    brier: brier(judged),
    logLoss: logLoss(judged),
    ece: ece(judged),
    aurc: aurc(judged, cut),
  };
}
