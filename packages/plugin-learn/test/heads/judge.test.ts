import { describe, expect, it } from 'vitest';
import { better, judge } from '../../src/heads/judge.js';

describe('judge', () => {
  const labels = Uint8Array.of(0, 1, 1, 0);
  const p = [0.2, 0.9, 0.4, 0.1];

  it('gives the metric and the log loss of two classes', () => {
    const loss = -(Math.log(0.8) + Math.log(0.9) + Math.log(0.4) + Math.log(0.9)) / 4;
    expect(judge(p, labels, 2, 'logLoss')).toEqual({
      loss: expect.closeTo(loss, 12),
      metric: expect.closeTo(loss, 12),
    });
    expect(judge(p, labels, 2, 'auroc').metric).toBe(1);
    expect(judge(p, labels, 2, 'balancedAccuracy').metric).toBe(0.75);
    expect(judge(p, labels, 2, 'mcc').metric).toBeCloseTo(2 / Math.sqrt(12), 12);
  });

  it('gives of many classes what it gives of two, where there are two of them', () => {
    const both = p.flatMap((value) => [1 - value, value, 0]);
    for (const metric of ['logLoss', 'auroc', 'balancedAccuracy', 'mcc'] as const) {
      expect(judge(both, labels, 3, metric).metric).toBeCloseTo(judge(p, labels, 2, metric).metric, 12);
    }
  });

  it('calls one better: more of the metric, less of a loss, and the loss where the metric is the same', () => {
    expect(better({ metric: 0.9, loss: 2 }, { metric: 0.8, loss: 1 }, 'mcc')).toBe(true);
    expect(better({ metric: 0.8, loss: 0.9 }, { metric: 0.8, loss: 1 }, 'mcc')).toBe(true);
    expect(better({ metric: 0.2, loss: 0.2 }, { metric: 0.3, loss: 0.3 }, 'logLoss')).toBe(true);
    expect(better({ metric: 0.8, loss: 1 }, { metric: 0.8, loss: 1 }, 'mcc')).toBe(false);
  });
});
