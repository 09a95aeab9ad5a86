import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import {
  certain,
  createRuntime,
  definePlugin,
  defineStage,
  type FuseRule,
  learned,
  type RunContext,
  type Stack,
  type StageOutput,
  silent,
  stackScore,
  type Task,
} from '../../src/index.js';
import { picture } from '../runtime/picture.js';

let bytes: Uint8Array;
beforeAll(async () => {
  bytes = await picture();
});

const task: Task = { name: 't', classes: ['no', 'yes'], positive: 'yes' };
const logit = (p: number) => Math.log(p / (1 - p));
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

const stage = (name: string, output: StageOutput, identity = name) =>
  defineStage({ name, run: (frames) => frames.map(() => output), identity: () => identity });
const shaOf = (identity: string) =>
  createHash('sha256')
    .update(JSON.stringify([identity]))
    .digest('hex');

const stack = (stages: Stack['stages'], method: Stack['method'] = 'softmax'): Stack => ({
  version: 1,
  kind: 'stack',
  method,
  space: 'logOdds',
  intercept: method === 'logistic' ? 0.25 : 0,
  stages,
  n: 40,
  groups: 4,
  data: { name: 'labels.csv', sha256: 'd'.repeat(64) },
  heldOut: {},
});

async function run(stages: ReturnType<typeof stage>[], content: unknown, fuse?: FuseRule | { learned: string }) {
  const dir = await mkdtemp(join(tmpdir(), 'sv-learned-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  if (content !== undefined) {
    await writeFile(join(dir, 'stack.json'), typeof content === 'string' ? content : JSON.stringify(content));
  }
  const runtime = await createRuntime(
    {
      task,
      plugins: [definePlugin({ name: 'models', api: '^1', stages })],
      cascade: [{ run: stages.map(({ name }) => name), fuse: fuse ?? learned('./stack.json') }],
    } as Parameters<typeof createRuntime>[0],
    { cwd: dir, log: silent },
  );
  const result = await runtime.run(bytes);
  await runtime.close();
  return result;
}

const two = [
  { stage: 'a', sha256: shaOf('a'), weight: 0.75 },
  { stage: 'b', sha256: shaOf('b'), weight: 0.25 },
];

describe('learned', () => {
  it('fuses by the weights of its file, from code as from data', async () => {
    const stages = [stage('a', { score: 0.9 }), stage('b', { score: 0.2 })];
    const expected = sigmoid(0.75 * logit(0.9) + 0.25 * logit(0.2));
    const result = await run(stages, stack(two));
    expect(result.score).toBeCloseTo(expected, 12);
    expect(result.scores?.no).toBeCloseTo(1 - expected, 12);
    expect((await run(stages, stack(two), { learned: 'stack.json' })).score).toBe(result.score);
  });

  it('deals the weight of a stage that abstained to the others', async () => {
    const stages = [stage('a', { score: 0.9, abstained: true }), stage('b', { score: 0.2 })];
    expect((await run(stages, stack(two))).score).toBeCloseTo(0.2, 12);
  });

  it('adds what a logistic stack learned of silence', async () => {
    const own = [{ ...(two[0] as (typeof two)[0]), weight: 2, missing: -0.5 }, two[1] as (typeof two)[0]];
    const stages = [stage('a', { score: 0.9, abstained: true }), stage('b', { score: 0.2 })];
    expect((await run(stages, stack(own, 'logistic'))).score).toBeCloseTo(sigmoid(0.25 - 0.5 + 0.25 * logit(0.2)), 12);
  });

  it('refuses weights of another model, of a stage that is not there, and a damaged file', async () => {
    const a = stage('a', { score: 0.9 });
    await expect(run([a, stage('b', { score: 0.2 }, 'another')], stack(two))).rejects.toMatchObject({
      code: 'SV_CALIBRATION_MISMATCH',
      message: expect.stringContaining('learned with another model in stage `b`'),
    });
    await expect(run([a], stack(two))).rejects.toThrow('weighs the stage `b`, which is not in the cascade');
    await expect(run([a], undefined)).rejects.toMatchObject({ code: 'SV_CALIBRATION_INVALID' });
    await expect(run([a], '{ "version": 1')).rejects.toThrow(/stack\.json cannot be read/);
    const half = { ...stack(two), stages: two.map((one) => ({ ...one, weight: 0.1 })) };
    await expect(run([a], half)).rejects.toThrow('softmax weights are at least 0 and sum to 1');
  });

  it('refuses to be used before its file was read', () => {
    expect(() => learned('x.json')({ score: 0.5, boxes: [] }, [], {} as RunContext)).toThrow(
      'used before its file was read',
    );
  });
});

describe('stackScore', () => {
  it('counts stages the same where all that answered have weight 0, and says nothing where none answered', () => {
    const none = stack([
      { stage: 'a', sha256: '', weight: 0 },
      { stage: 'b', sha256: '', weight: 0 },
      { stage: 'c', sha256: '', weight: 1 },
    ]);
    expect(stackScore(none, [0.9, 0.9, undefined])).toBeCloseTo(0.9, 12);
    expect(stackScore(none, [undefined, undefined, undefined])).toBeUndefined();
  });
});

describe('certain', () => {
  const ctx = {} as RunContext;
  const said = (name: string, output: StageOutput) => ({
    stage: name,
    step: 0,
    by: 'p',
    output,
    ms: { queue: 0, preprocess: 0, compute: 0 },
  });
  const mi = (mutualInformation: number) => ({ std: 0, entropy: 0.5, expectedEntropy: 0.4, mutualInformation });

  it('stops at little entropy', () => {
    const rule = certain({ maxEntropy: 0.3 });
    expect(rule({ score: 0.5, boxes: [] }, [], ctx)).toBeUndefined();
    expect(rule({ score: 0.95, boxes: [] }, [], ctx)).toEqual({ reason: 'entropy 0.199 ≤ 0.3' });
    expect(rule({ score: 0, boxes: [] }, [], ctx)).toBeDefined();
  });

  it('takes the least sure stage, and never stops on what nobody measured', () => {
    const rule = certain({ maxMutualInformation: 0.05 });
    const verdict = { score: 0.9, boxes: [] };
    const sure = said('a', { score: 0.9, uncertainty: mi(0.01) });
    expect(rule(verdict, [sure], ctx)).toBeDefined();
    expect(rule(verdict, [sure, said('b', { score: 0.9, uncertainty: mi(0.2) })], ctx)).toBeUndefined();
    expect(rule(verdict, [said('a', { score: 0.9 })], ctx)).toBeUndefined();
  });

  it('measures how far the stages are apart, where there are several', () => {
    const rule = certain({ maxDisagreement: 0.1, maxEntropy: 0.7 });
    const verdict = { score: 0.8, boxes: [] };
    const a = said('a', { score: 0.9 });
    expect(rule(verdict, [a, said('b', { score: 0.8 })], ctx)).toEqual({
      reason: 'entropy 0.500 ≤ 0.7, disagreement 0.050 ≤ 0.1',
    });
    expect(rule(verdict, [a, said('b', { score: 0.3 })], ctx)).toBeUndefined();
    expect(rule(verdict, [a], ctx)).toBeUndefined();
  });

  it('wants a bound', () => {
    expect(() => certain({})).toThrowErrorMatchingInlineSnapshot(
      `[SvError: certain({}): expected at least one of maxEntropy, maxMutualInformation, maxDisagreement, 0 or more. For instance certain({ maxEntropy: 0.3 }).]`,
    );
    expect(() => certain({ maxEntropy: Number.NaN })).toThrow(/0 or more/);
  });
});

describe('what a stage says of its uncertainty', () => {
  it('is a number from 0', async () => {
    const wrong = {
      score: 0.5,
      uncertainty: { std: Number.NaN, entropy: 0, expectedEntropy: 0, mutualInformation: 0 },
    };
    await expect(run([stage('a', wrong)], stack([{ stage: 'a', sha256: shaOf('a'), weight: 1 }]))).rejects.toThrow(
      'an uncertainty of NaN for `std`',
    );
  });
});
