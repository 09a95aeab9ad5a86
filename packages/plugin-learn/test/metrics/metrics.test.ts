import { describe, expect, it } from 'vitest';
import * as metrics from '../../src/metrics/index.js';

const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));
const sample = {
  scores: [-3, -2.2, -1.5, -0.7, -0.2, 0.1, 0.6, 1.3, 2.4, 3.5].map(sigmoid),
  truth: [0, 0, 0, 1, 0, 1, 0, 1, 1, 1],
};

describe('metrics of published vectors', () => {
  it('Matthews correlation', () => {
    expect(metrics.mcc({ tp: 45, tn: 40, fp: 5, fn: 10 })).toBeCloseTo(0.7035264706814484, 12);
    expect(metrics.mcc({ tp: 90, tn: 5, fp: 5, fn: 0 })).toBeCloseTo(0.6882472016116853, 12);
    expect(metrics.mcc({ tp: 10, tn: 0, fp: 0, fn: 0 })).toBe(0);
    // Products that no 32-bit and no exact 53-bit integer holds.
    expect(metrics.mcc({ tp: 4e7, tn: 4e7, fp: 1e7, fn: 1e7 })).toBeCloseTo(0.6, 12);
  });

  it('AUROC with ties', () => {
    const judged = { scores: [0.1, 0.4, 0.35, 0.8, 0.8, 0.4], truth: [0, 0, 1, 1, 0, 1] };
    expect(metrics.auroc(judged)).toBeCloseTo(0.5555555555555556, 15);
  });

  it('Brier, calibration error, risk and coverage', () => {
    expect(metrics.brier(sample)).toBeCloseTo(0.1390763171012392, 12);
    expect(metrics.ece(sample, { bins: 5 })).toBeCloseTo(0.15666206846189448, 12);
    expect(metrics.ece(sample)).toBeCloseTo(0.28952827239088724, 12);
    expect(metrics.ece(sample, { bins: 5, of: 'confidence' })).toBeCloseTo(0.24669526899939884, 12);
    expect(metrics.aurc(sample)).toBeCloseTo(0.0815079365079365, 12);
    expect(metrics.riskCoverage(sample).map(({ risk }) => Number(risk.toFixed(6)))).toEqual([
      0, 0, 0, 0, 0, 0, 0.142857, 0.25, 0.222222, 0.2,
    ]);
  });
});

describe('a score at the threshold', () => {
  const judged = { scores: [0.5, 0.4], truth: [1, 0] };
  it('is positive, as the cascade labels it', () => expect(metrics.summarise(judged).confusion.tp).toBe(1));
  it('is negative for a strict grader', () => {
    expect(metrics.summarise(judged, { strict: true }).confusion.fn).toBe(1);
  });
});

describe('what is not defined is null', () => {
  it('for no samples at all', () => {
    const { n, positives, confusion, ...figures } = metrics.summarise({ scores: [], truth: [] });
    expect([n, positives, confusion]).toEqual([0, 0, { tp: 0, fp: 0, tn: 0, fn: 0 }]);
    expect(new Set(Object.values(figures))).toEqual(new Set([null]));
  });
  it('for one class only', () => {
    const one = metrics.summarise({ scores: [0.2, 0.7], truth: [0, 0] });
    expect(one).toMatchObject({ auroc: null, prAuc: null, recall: null, specificity: 0.5, balancedAccuracy: 0.5 });
    expect(JSON.stringify(one)).not.toContain('NaN');
  });
});

it('names scores that are none', () => {
  expect(() => metrics.summarise({ scores: [0.1, Number.NaN], truth: [0, 1] })).toThrowErrorMatchingInlineSnapshot(
    `[SvError: Score 1 is NaN, expected a probability in [0, 1].]`,
  );
  expect(() => metrics.summarise({ scores: [0.1], truth: [0, 1] })).toThrowErrorMatchingInlineSnapshot(
    `[SvError: Received 1 scores, 2 truths, expected as many of each.]`,
  );
});

it('bins of equal width close at the top, also where the product rounds', () => {
  const bins = metrics.reliability({ scores: [0, 0.1, 0.3, 0.6, 0.7, 1], truth: [0, 0, 0, 1, 1, 1] });
  expect(bins.map(({ low, n }) => [low, n])).toEqual([
    [0, 2],
    [0.2, 1],
    [0.5, 1],
    [0.6, 1],
    [0.9, 1],
  ]);
});
