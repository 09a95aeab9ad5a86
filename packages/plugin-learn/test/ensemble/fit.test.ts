import { createRandom, stackScore } from '@streetvision/core';
import { describe, expect, it } from 'vitest';
import { fitStack, type ScoreMatrix, scoreMatrix } from '../../src/ensemble/index.js';
import { fitWeights } from '../../src/ensemble/weights.js';
import type { Recording } from '../../src/recording/types.js';

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** Stages that see the truth through noise of these sizes, in groups of four. */
function simulated(noise: readonly number[], n = 400, miss = 0, seed = 1): ScoreMatrix {
  const random = createRandom(seed);
  const truth = Array.from({ length: n }, () => random.below(2));
  return {
    stages: noise.map((_, i) => ({ stage: `s${i}`, sha256: String(i).repeat(64) })),
    scores: truth.map((y) =>
      noise.map((size) => {
        const score = sigmoid((y ? 1 : -1) + size * random.normal());
        return random.next() < miss ? undefined : score;
      }),
    ),
    truth,
    groups: truth.map((_, i) => `g${Math.floor(i / 4)}`),
    data: { name: 'simulated', sha256: 'f'.repeat(64) },
  };
}

/** Mean log-loss of weights, by core's own arithmetic. */
function loss(matrix: ScoreMatrix, weights: Parameters<typeof stackScore>[0]): number {
  const each = matrix.scores.map((row, i) => {
    const p = stackScore(weights, row) as number;
    return -Math.log(matrix.truth[i] ? p : 1 - p);
  });
  return each.reduce((sum, value) => sum + value, 0) / each.length;
}

describe('fitStack', () => {
  for (const [method, space] of [
    ['softmax', 'logOdds'],
    ['softmax', 'probability'],
    ['logistic', 'logOdds'],
  ] as const) {
    it(`${method} on ${space} ends where no other weights are more likely`, () => {
      const matrix = simulated([0.5, 2, 2], 300, 0.1);
      const settings = { method, space, folds: 5, c: 1e9, seed: 0 } as const;
      const fitted = fitWeights(matrix, settings);
      const best = loss(matrix, fitted);
      for (const [i, stage] of fitted.stages.entries()) {
        for (const change of [-0.01, 0.01]) {
          const other = fitted.stages.map((one, j) => ({
            ...one,
            // Kept on the simplex, so that only the shares change.
            weight: (one.weight + (i === j ? change : 0)) / (method === 'softmax' ? 1 + change : 1),
          }));
          if (stage.weight + change < 0) continue;
          expect(loss(matrix, { ...fitted, stages: other })).toBeGreaterThanOrEqual(best - 1e-9);
        }
      }
    });
  }

  it('trusts the better stage, beats the plain mean on samples it has not seen, and says so', () => {
    const stack = fitStack(simulated([0.5, 3, 3], 600), { method: 'softmax' });
    const [good, bad] = stack.stages.map(({ weight }) => weight);
    expect(good).toBeGreaterThan(0.6);
    expect(bad).toBeLessThan(0.3);
    expect(stack.stages.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
    expect(stack.n).toBe(600);
    expect(stack.groups).toBe(150);
    expect(stack.heldOut.stack.logLoss).toBeLessThan(stack.heldOut.logOdds.logLoss as number);
    expect(stack.heldOut.stages.s0?.auroc).toBeGreaterThan(stack.heldOut.stages.s1?.auroc as number);
  });

  it('shrinks scores that are too sure, which only the logistic form can', () => {
    const matrix = simulated([1.5, 1.5], 400);
    const boast = (p: number | undefined) => p && sigmoid(6 * Math.log(p / (1 - p)));
    const sure = { ...matrix, scores: matrix.scores.map((row) => row.map(boast)) };
    const softmax = fitStack(sure, { method: 'softmax' });
    const logistic = fitStack(sure, { method: 'logistic' });
    expect(logistic.stages.every(({ weight }) => weight < 0.4)).toBe(true);
    expect(logistic.heldOut.stack.logLoss).toBeLessThan(softmax.heldOut.stack.logLoss as number);
  });

  it('learns from silence, where silence means something', () => {
    const matrix = simulated([1, 1], 400);
    const quiet = {
      ...matrix,
      scores: matrix.scores.map((row, i) => [row[0], matrix.truth[i] && i % 2 ? undefined : row[1]]),
    };
    const { stages } = fitStack(quiet, { method: 'logistic' });
    expect(stages[1]?.missing).toBeGreaterThan(1);
    expect(stages[0]?.missing).toBe(0);
  });

  it('gives the same for the same seed', () => {
    const matrix = simulated([1, 2]);
    expect(fitStack(matrix, { seed: 3 })).toEqual(fitStack(matrix, { seed: 3 }));
  });

  it('leaves out samples that nobody answered for, and counts them', () => {
    const matrix = simulated([1, 1], 40);
    const scores = matrix.scores.map((row, i) => (i === 0 ? [undefined, undefined] : row));
    const stack = fitStack({ ...matrix, scores });
    expect([stack.n, stack.heldOut.unanswered]).toEqual([39, 1]);
  });

  it('refuses one stage, one class, one group, and settings that are out of range', () => {
    const matrix = simulated([1, 1], 40);
    expect(() => fitStack(simulated([1], 40))).toThrow(/1 stage, expected at least two/);
    expect(() => fitStack({ ...matrix, truth: matrix.truth.map(() => 1) })).toThrow(/all of one class/);
    expect(() => fitStack({ ...matrix, groups: matrix.groups.map(() => 'g') })).toThrow(/samples of 1 group/);
    expect(() => fitStack(matrix, { method: 'logistic', space: 'probability' })).toThrow(/on log-odds/);
    expect(() => fitStack(matrix, { c: 0 })).toThrow(/`c` is 0/);
  });
});

describe('scoreMatrix', () => {
  const ms = { queue: 0, preprocess: 0, compute: 0 };
  const frame = (id: string, label: string | null, answers: Recording['frames'][number]['answers']) => ({
    id,
    kind: 'image' as const,
    sha256: id,
    label,
    group: 'g',
    source: 's',
    meta: {},
    answers,
  });
  const recording: Recording = {
    header: {
      version: 1,
      task: { name: 't', classes: ['no', 'yes'], positive: 'yes' },
      steps: [['a', 'b']],
      stages: ['a', 'b'].map((stage) => ({ stage, plugin: 'p', sha256: stage.repeat(64) })),
      data: { name: 'labels.csv' },
    },
    frames: [
      frame('1', 'yes', { a: { score: 0.9, ms }, b: { score: 0.5, abstained: true, ms } }),
      frame('2', null, { a: { score: 0.9, ms } }),
      frame('3', 'no', { a: { score: 0.1, ms }, b: { code: 'SV_X', message: 'x', ms } }),
    ],
    failed: [],
  };

  it('takes labelled frames; who abstained, failed or was not asked did not answer', () => {
    const matrix = scoreMatrix(recording);
    expect(matrix.scores).toEqual([
      [0.9, undefined],
      [0.1, undefined],
    ]);
    expect(matrix.truth).toEqual([1, 0]);
    expect(scoreMatrix(recording, ['b', 'a']).scores[0]).toEqual([undefined, 0.9]);
  });

  it('hashes pictures with their labels', () => {
    const relabelled = {
      ...recording,
      frames: recording.frames.map((one) => (one.id === '3' ? { ...one, label: 'yes' } : one)),
    };
    expect(scoreMatrix(relabelled).data.sha256).not.toBe(scoreMatrix(recording).data.sha256);
  });

  it('refuses a stage that was not recorded, and a task of three classes', () => {
    expect(() => scoreMatrix(recording, ['c'])).toThrow(/no stage `c`; it has a, b/);
    const three = {
      ...recording,
      header: { ...recording.header, task: { name: 't', classes: ['a', 'b', 'c'], positive: 'a' } },
    };
    expect(() => scoreMatrix(three)).toThrow(/two classes/);
  });
});
