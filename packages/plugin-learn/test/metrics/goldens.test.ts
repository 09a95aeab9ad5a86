import { describe, expect, it } from 'vitest';
import * as metrics from '../../src/metrics/index.js';
import { readGolden, SHARED } from '../goldens.js';

const strict = { strict: true };
const near = (actual: number | null, expected: number | null) =>
  expected === null ? expect(actual).toBeNull() : expect(actual).toBeCloseTo(expected, 9);
const nearAll = (actual: readonly (number | null)[], expected: readonly (number | null)[]) => {
  expect(actual).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) near(actual[i] as number | null, value);
};

describe.skipIf(!SHARED)('metrics agree with scikit-learn', () => {
  for (const golden of readGolden('metrics/metrics.json').datasets ?? []) {
    const judged = { scores: golden.p as number[], truth: golden.y as number[] };

    it(`${golden.name}: the figures`, () => {
      const summary = metrics.summarise(judged, strict);
      const at = golden.at_0_5;
      expect(summary.confusion).toEqual({ tp: at.tp, fp: at.fp, tn: at.tn, fn: at.fn });
      near(summary.accuracy, at.accuracy);
      near(summary.balancedAccuracy, at.balanced_accuracy);
      // scikit-learn writes 0 where nobody is called positive.
      near(summary.precision, at.tp + at.fp === 0 ? null : at.precision);
      near(summary.recall, at.recall);
      near(summary.f1, at.f1);
      near(summary.mcc, at.mcc);
      near(summary.auroc, golden.auroc);
      near(summary.prAuc, golden.average_precision);
      near(metrics.prAucTrapezoid(judged), golden.pr_auc_trapezoid);
      near(summary.brier, golden.brier);
      near(summary.logLoss, golden['log_loss_eps1e-15']);
      near(summary.aurc, golden.aurc);
      for (const bins of [5, 10, 15]) {
        near(metrics.ece(judged, { bins }), golden.ece[`positive_${bins}`]);
        near(metrics.ece(judged, { bins, of: 'confidence', ...strict }), golden.ece[`confidence_${bins}`]);
        near(metrics.ece(judged, { bins, by: 'mass' }), golden.ece[`mass_${bins}`]);
      }
      const best = metrics.bestMccThreshold(judged, strict);
      near(best?.threshold ?? null, golden.best_mcc_threshold.t);
      near(best?.mcc ?? null, golden.best_mcc_threshold.mcc);
    });

    it.runIf(golden.roc)(`${golden.name}: the ROC curve`, () => {
      const points = metrics.rocPoints(judged);
      nearAll(
        points.map((point) => point.falsePositiveRate),
        golden.roc.fpr,
      );
      nearAll(
        points.map((point) => point.truePositiveRate),
        golden.roc.tpr,
      );
      nearAll(
        points.map((point) => point.threshold),
        golden.roc.thresholds,
      );
    });

    it.runIf(golden.pr_curve)(`${golden.name}: the precision–recall curve`, () => {
      const points = metrics.prPoints(judged);
      nearAll(
        points.map((point) => point.precision),
        golden.pr_curve.precision,
      );
      nearAll(
        points.map((point) => point.recall),
        golden.pr_curve.recall,
      );
      nearAll(
        points.map((point) => point.threshold),
        [...golden.pr_curve.thresholds, null],
      );
    });
  }
});
