import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { rewardHistory } from '../../src/simulate/reward.js';

const last = (predictions: number[], labels: number[]) => {
  const { reward, mcc100, acc10 } = rewardHistory(predictions, labels);
  const n = predictions.length - 1;
  return [mcc100[n], acc10[n], reward[n]] as number[];
};

describe('rewardHistory', () => {
  // Worked out with the tracker class of the subnet.
  it.each([
    [
      [0.9, 0.2, 0.8, 0.1, 0.5, 0.7],
      [1, 0, 1, 0, 1, 1],
      [Math.SQRT1_2, 0.8333333333333334, 0.456924528],
    ],
    [[0.9], [1], [0, 1, 0.125]],
    [
      [0.9, 0.1, 0.9, 0.1],
      [1, 0, 1, 0],
      [1, 1, 1],
    ],
    [
      [0.9, 0.1, -1, 0.1],
      [1, 0, 1, 0],
      [1, 1, 1],
    ],
    [
      [0.9, 0.1, 0.8, -1],
      [1, 0, 1, 0],
      [1, 1, 0],
    ],
    [
      [0.9, 0.1, 0.8, 1.2],
      [1, 0, 1, 1],
      [1, 1, 0],
    ],
  ])('%j against %j', (predictions, labels, expected) => {
    for (const [i, value] of last(predictions, labels).entries()) expect(value).toBeCloseTo(expected[i] as number, 8);
  });

  it('holds the windows of 100 and 10', () => {
    const labels = Array.from({ length: 100 }, (_, i) => i % 2);
    const wrong = new Set([3, 17, 40, 61, 90]);
    const predictions = labels.map((label, i) => ((label === 1) === !wrong.has(i) ? 0.9 : 0.1));
    const [mcc, acc, reward] = last(predictions, labels) as [number, number, number];
    expect(mcc).toBeCloseTo(0.90018, 6);
    expect(acc).toBe(0.9);
    expect(reward).toBeCloseTo(0.729218788, 8);
    // A hundred right answers later nothing is left of the wrong ones.
    const right = labels.map((label) => (label ? 0.9 : 0.1));
    expect(last([...predictions, ...right], [...labels, ...labels])).toEqual([1, 1, 1]);
  });

  it('loses everything to a NaN, for as long as the window holds it', () => {
    const labels = Array.from({ length: 120 }, (_, i) => i % 2);
    const predictions = labels.map((label, i) => (i === 5 ? Number.NaN : label ? 0.9 : 0.1));
    const { mcc100, acc10, reward } = rewardHistory(predictions, labels);
    expect([mcc100[5], acc10[5], reward[5]]).toEqual([0, 0, 0]);
    expect([mcc100[20], acc10[20], reward[20]]).toEqual([0, 1, 0.125]);
    expect([mcc100[104], mcc100[105]]).toEqual([0, 1]);
  });

  it('moves the score by a twentieth', () => {
    expect([...rewardHistory([0.9, 0.1], [1, 0]).ema]).toEqual([0.00625, 0.05 + 0.95 * 0.00625]);
  });
});

describe.skipIf(!process.env.SV_SHARED)('the validator of January 2026', () => {
  it('pays the same, step by step', async () => {
    const path = `${process.env.SV_SHARED}/goldens/metrics/streetvision.json`;
    const { histories } = JSON.parse(await readFile(path, 'utf8')) as {
      histories: { predictions: (number | string)[]; labels: number[] }[];
    };
    expect(histories.length).toBe(15);
    for (const golden of histories) {
      const ours = rewardHistory(golden.predictions.map(Number), golden.labels);
      for (const key of ['reward', 'mcc100', 'acc10', 'ema'] as const) {
        const theirs = (golden as unknown as Record<string, number[]>)[key] as number[];
        const worst = Math.max(...theirs.map((value, i) => Math.abs(value - (ours[key][i] as number))));
        expect(worst).toBeLessThan(1e-12);
      }
    }
  });
});
