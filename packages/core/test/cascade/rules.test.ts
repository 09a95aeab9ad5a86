import { describe, expect, it } from 'vitest';
import { agreement, always, budget, window } from '../../src/cascade/rules/exit.js';
import { logOdds, max, mean, weighted } from '../../src/cascade/rules/fuse.js';
import type { Evidence, RunContext, StageOutput, Task, Verdict } from '../../src/index.js';

const task: Task = { name: 't', classes: ['no', 'yes'], positive: 'yes' };
const context = (overrides: Partial<RunContext> = {}) =>
  ({ task, deadline: Number.POSITIVE_INFINITY, ...overrides }) as RunContext;
const said = (stage: string, step: number, output: Partial<StageOutput> & { score: number }) => ({
  stage,
  step,
  by: 'p',
  output,
  ms: { queue: 0, preprocess: 0, compute: 0 },
});
const verdict = (score: number): Verdict => ({ score, boxes: [] });

describe('window', () => {
  it('exits outside the open interval, at its bounds too', () => {
    const rule = window(0.2, 0.8);
    expect(rule(verdict(0.5), [], context())).toBeUndefined();
    expect(rule(verdict(0.2), [], context())).toEqual({ reason: 'score 0.200 outside (0.2, 0.8)' });
    expect(rule(verdict(0.8), [], context())).toBeDefined();
  });
  it('without a task, a likeliest class that is unlikely means unsure', () => {
    const ten = { score: 0.1, scores: { a: 0.1 }, boxes: [] };
    expect(window(0.2, 0.8)(ten, [], { ...context(), task: undefined })).toBeUndefined();
  });
  it('refuses bounds that are swapped or not probabilities', () => {
    expect(() => window(0.8, 0.2)).toThrowErrorMatchingInlineSnapshot(
      `[SvError: window(0.8, 0.2): expected 0 ≤ low ≤ high ≤ 1. Give the lower bound first, for instance window(0.12, 0.88).]`,
    );
    expect(() => window(Number.NaN, 1)).toThrow(/NaN/);
  });
});

describe('agreement', () => {
  const evidence: Evidence = [
    said('a', 0, { score: 0.9 }),
    said('b', 1, { score: 0.7 }),
    said('c', 1, { score: 0.6 }),
    said('d', 1, { score: 0.1 }),
  ];
  it('counts the newest step only', () => {
    expect(agreement(2)(verdict(0.5), evidence, context())).toEqual({ reason: '2 stages agree on yes' });
    expect(agreement(3)(verdict(0.5), evidence, context())).toBeUndefined();
  });
  it('does not count who abstained', () => {
    const abstained = [said('b', 1, { score: 0.7 }), said('c', 1, { score: 0.7, abstained: true })];
    expect(agreement(2)(verdict(0.5), abstained, context())).toBeUndefined();
  });
  it('follows the threshold of the task', () => {
    const strict = context({ task: { ...task, threshold: 0.65 } });
    expect(agreement(2)(verdict(0.5), evidence, strict)).toEqual({ reason: '2 stages agree on no' });
  });
  it('agrees on classes where there is no task', () => {
    const animals = [
      said('a', 0, { score: 0.6, scores: { cat: 0.6, dog: 0.4 } }),
      said('b', 0, { score: 0.9, scores: { cat: 0.9, dog: 0.1 } }),
    ];
    expect(agreement(2)(verdict(0.6), animals, { ...context(), task: undefined })).toEqual({
      reason: '2 stages agree on cat',
    });
  });
});

it('budget exits when less is left than is to be kept', () => {
  const rule = budget(100);
  expect(rule(verdict(0.5), [], context())).toBeUndefined();
  expect(rule(verdict(0.5), [], context({ deadline: performance.now() + 50 }))).toBeDefined();
  expect(() => budget(-1)).toThrow(/0 or more/);
});

it('always exits', () => {
  expect(always()(verdict(0.5), [], context())).toEqual({ reason: 'always' });
});

describe('fuse rules', () => {
  const evidence: Evidence = [
    said('first', 0, { score: 0 }),
    said('a', 1, { score: 0.9 }),
    said('b', 1, { score: 0.6 }),
  ];
  const fused = (rule: ReturnType<typeof mean>, runs = evidence, ctx = context()) =>
    rule(verdict(0.5), runs, ctx) as Verdict;

  it('mean takes the step, or all', () => {
    expect(fused(mean()).score).toBeCloseTo(0.75, 12);
    expect(fused(mean({ over: 'all' })).score).toBeCloseTo(0.5, 12);
  });
  it('max takes the most convinced', () => expect(fused(max()).score).toBe(0.9));
  it('logOdds is the mean of the logits', () => {
    const logit = (p: number) => Math.log(p / (1 - p));
    expect(fused(logOdds()).score).toBeCloseTo(1 / (1 + Math.exp(-(logit(0.9) + logit(0.6)) / 2)), 12);
    expect(fused(logOdds(), [said('a', 0, { score: 1 }), said('b', 0, { score: 0 })]).score).toBeCloseTo(0.5, 9);
  });
  it('weighted reaches back to earlier steps and leaves others out', () => {
    expect(fused(weighted({ first: 1, a: 3 })).score).toBeCloseTo(2.7 / 4, 12);
    expect(() => weighted({ a: 0 })).toThrowErrorMatchingInlineSnapshot(
      `[SvError: weighted({"a":0}): expected a positive number for each stage, got 0 for a. Leave a stage out to ignore it.]`,
    );
  });
  it('keeps the verdict when all abstained', () => {
    expect(fused(mean(), [said('a', 0, { score: 0.9, abstained: true })])).toEqual(verdict(0.5));
  });
  it('gathers the boxes of the step', () => {
    const box = { x: 0, y: 0, width: 1, height: 1, label: 'cone', score: 1 };
    expect(
      fused(mean(), [said('a', 0, { score: 1, boxes: [box] }), said('b', 0, { score: 1, boxes: [box] })]).boxes,
    ).toHaveLength(2);
  });
  it('without a task fuses class by class, to a sum of 1', () => {
    const animals = [
      said('a', 0, { score: 0.7, scores: { cat: 0.7, dog: 0.2, owl: 0.1 } }),
      said('b', 0, { score: 0.5, scores: { cat: 0.3, dog: 0.5, owl: 0.2 } }),
    ];
    for (const rule of [mean(), max(), logOdds()]) {
      const { score, scores } = fused(rule, animals, { ...context(), task: undefined });
      expect(Object.values(scores ?? {}).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
      expect(score).toBe(scores?.cat);
    }
  });
});
