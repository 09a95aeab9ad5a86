import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { calibrated, createProject, definePlugin, defineStage, type Step, silent, window } from '@streetvision/core';
import { testPicture } from '@streetvision/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { calibrate, writeCalibration } from '../../src/calibration/index.js';
import { compareEvaluations, readEvaluation } from '../../src/evaluate/compare.js';
import { evaluate, evaluateRecording } from '../../src/evaluate/evaluate.js';
import { comparisonText, summariseEvaluation } from '../../src/evaluate/summary.js';
import type { RecordedAnswer, RecordedFrame, Recording } from '../../src/recording/types.js';
import { clopperPearson } from '../../src/statistics/index.js';
import { datasetOf, type SampleInput, scene } from '../recording/scene.js';

let cache: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'sv-evaluate-'));
});
afterEach(() => rmSync(cache, { recursive: true }));

const CONES = { name: 'cones', classes: ['clear', 'cone'], positive: 'cone' };
const cascade: Step[] = [{ run: 'small', exit: window(0.2, 0.8) }, { run: 'large' }];
const identities = ['small', 'large'].map((stage) => ({ stage, plugin: 'scene', sha256: stage }));
const said = (score: number, compute: number): RecordedAnswer => ({ score, ms: { queue: 90, preprocess: 1, compute } });

function frame(
  id: string,
  label: string | null,
  small: number,
  large: number,
  more: Partial<RecordedFrame> = {},
): RecordedFrame {
  const answers = { small: said(small, 4), large: said(large, 99) };
  return { id, kind: 'image', sha256: id, label, group: id, source: 'street', meta: {}, answers, ...more };
}

const recordingOf = (frames: readonly RecordedFrame[], failed: Recording['failed'] = []): Recording => ({
  header: { version: 1, task: CONES, steps: [['small'], ['large']], stages: identities, data: { name: 'drawn' } },
  frames,
  failed,
});

const FRAMES = [
  frame('a', 'cone', 0.9, 0.9, { group: 'clip-1', meta: { night: true } }),
  frame('b', 'cone', 0.1, 0.9, { group: 'clip-1' }),
  frame('c', 'clear', 0.5, 0.1, { source: 'rendered', meta: { night: true } }),
  frame('d', 'clear', 0.05, 0.9),
  frame('e', 'cone', 0.6, 0.3),
];

async function evaluated(frames = FRAMES, options: Parameters<typeof evaluateRecording>[2] = {}, steps = cascade) {
  const { project } = await scene({ cascade: steps, stages: [{ name: 'small' }, { name: 'large' }], cache });
  return evaluateRecording(recordingOf(frames), project, { resamples: 50, ...options });
}

describe('evaluateRecording', () => {
  it('has the figures that others script against, by hand', async () => {
    const evaluation = await evaluated(FRAMES, { by: ['night'], prices: { large: 2 } });
    expect(evaluation).toMatchObject({
      n: 5,
      positives: 3,
      accuracy: 3 / 5,
      balancedAccuracy: (1 / 3 + 1) / 2,
      confusion: { tp: 1, fp: 0, tn: 2, fn: 2 },
      byGroup: { 'clip-1': { n: 2, accuracy: 0.5 }, c: { n: 1, accuracy: 1 } },
      bySource: { street: { n: 4, accuracy: 0.5 }, rendered: { n: 1 } },
      by: { night: { true: { n: 2, accuracy: 1 }, '(none)': { n: 3, accuracy: 1 / 3 } } },
      stages: [
        { stage: 'small', share: 3 / 5, exits: 3, errorAmongExits: 1 / 3, ms: 5, reached: 1, price: null },
        { stage: 'large', share: 2 / 5, exits: 2, errorAmongExits: 1 / 2, ms: 100, reached: 2 / 5, price: 2 },
      ],
      cost: { ms: { mean: (3 * 5 + 2 * 105) / 5, p50: 5, max: 105 }, price: 4 / 5 },
      ablation: [
        { name: 'without small', ms: 100, accuracy: 3 / 5 },
        { name: 'without large', ms: 5, accuracy: 3 / 5 },
      ],
      classes: { accuracy: 3 / 5, confusion: { cone: { cone: 1, clear: 2 }, clear: { cone: 0, clear: 2 } } },
      bootstrap: { grouped: true },
    });
    const keys = ['n', 'accuracy', 'balancedAccuracy', 'auroc', 'mcc', 'f1', 'brier', 'ece', 'byGroup', 'stages'];
    expect(Object.keys(evaluation)).toEqual(expect.arrayContaining(keys));
    // Nothing in it is lost or changed by JSON: no NaN, no undefined.
    expect(JSON.parse(JSON.stringify(evaluation))).toEqual(evaluation);
    expect(evaluation.answers[1]).toMatchObject({
      id: 'b',
      correct: false,
      stage: 'small',
      score: 0.1,
      ms: 5,
      price: 0,
    });
    expect(evaluation.pareto.filter(({ kind }) => kind === 'alone').map(({ name }) => name)).toEqual([
      'only small',
      'only large',
    ]);
    // The widest window asks everyone, the narrowest nobody.
    const windows = evaluation.pareto.filter(({ kind }) => kind === 'window');
    expect([windows[0]?.ms, windows.at(-1)?.ms]).toEqual([5, 105]);
  });

  it('says it where there is one class only, and keeps what has no label or no answer out of the figures', async () => {
    const failing = frame('f', 'cone', 0.5, 0.5, {
      answers: { small: { code: 'SV_STAGE_FAILED', message: 'no', ms: { queue: 0, preprocess: 0, compute: 0 } } },
    });
    const evaluation = await evaluated([frame('a', 'cone', 0.9, 0.9), frame('b', null, 0.9, 0.9), failing]);
    expect(evaluation).toMatchObject({
      n: 1,
      auroc: null,
      roc: [],
      skipped: { unlabelled: 1, failed: { SV_STAGE_FAILED: 1 } },
    });
    expect(evaluation.caveats.map(({ code }) => code)).toEqual(['one-class', 'unanswered']);
    expect(summariseEvaluation(evaluation)).toContain('AUROC               –\n');
    await expect(evaluated([failing])).rejects.toMatchObject({ code: 'SV_DATA_EMPTY' });
    await expect(evaluated([])).rejects.toMatchObject({ code: 'SV_DATA_EMPTY' });
  });

  it('takes the test part where the frames are split, and decides at another threshold when told to', async () => {
    const split = FRAMES.map((one, i) => ({ ...one, split: i < 2 ? 'train' : 'test' }));
    expect(await evaluated(split)).toMatchObject({ n: 3, data: { split: 'test' } });
    expect(await evaluated(split, { split: 'train', threshold: 0.05 })).toMatchObject({
      n: 2,
      accuracy: 1,
      threshold: 0.05,
    });
  });

  it('tells of a variant that cannot be built', async () => {
    const bound = Object.assign(() => undefined, {
      prepare: ({ step }: { step: { name: string } }) => {
        if (step.name !== 'small+large') throw new Error('made for small+large');
        return () => undefined;
      },
    });
    const evaluation = await evaluated(FRAMES, {}, [{ run: ['small', 'large'], exit: bound }]);
    expect(evaluation.ablation[0]).toMatchObject({ accuracy: null, error: '[cascade[0].exit] made for small+large' });
  });

  it('refuses recordings of another task, prices of nobody, and configs without a task', async () => {
    const { project } = await scene({ cascade, stages: [{ name: 'small' }, { name: 'large' }], cache });
    const other = recordingOf(FRAMES);
    const task = { name: 'cracks', classes: ['crack', 'sound'], positive: 'crack' };
    await expect(
      evaluateRecording({ ...other, header: { ...other.header, task } }, project),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      '[SvError: The recording is of `cracks` (crack, sound; positive crack), the config of `cones` (clear, cone; positive cone). Record again with this config, or name another recording.]',
    );
    await expect(evaluated(FRAMES, { prices: { larg: 1 } })).rejects.toThrow(
      'There is a price for `larg`, and no such stage.',
    );
    const lacking = { ...other, header: { ...other.header, stages: identities.slice(0, 1) } };
    await expect(evaluateRecording(lacking, project)).rejects.toMatchObject({ code: 'SV_RUN_INVALID' });
    const bare = await createProject({ plugins: [], cascade: [] } as never, { log: silent }).catch((error) => error);
    expect(bare.code).toBe('SV_CONFIG_INVALID');
  });
});

describe('evaluate', () => {
  const samples: SampleInput[] = Array.from({ length: 12 }, (_, i) => ({
    id: `${i}.jpg`,
    label: i % 2 ? 'cone' : 'clear',
    meta: { small: (i * 0.37) % 1, large: (i * 0.73) % 1 },
  }));

  it('says of each picture what the cascade itself says', async () => {
    const { project } = await scene({ cascade, cache });
    const evaluation = await evaluate(project, datasetOf(samples), { resamples: 10 });
    const runtime = await project.runtime();
    for await (const [i, sample] of samples.entries()) {
      const real = await runtime.run({
        id: sample.id,
        bytes: await testPicture({ seed: i + 1 }),
        meta: sample.meta ?? {},
      });
      expect(evaluation.answers[i]).toMatchObject({
        id: sample.id,
        score: real.score,
        label: real.label,
        stage: real.exit.after,
        reason: real.exit.reason,
      });
    }
    await runtime.close();
    await project.close();
  });

  it('warns where a head was trained on these pictures, or on others of their groups', async () => {
    const run = join(cache, 'run');
    mkdirSync(run);
    writeFileSync(join(run, 'head.onnx'), 'weights');
    const { createHash } = await import('node:crypto');
    const sha256 = createHash('sha256')
      .update(await testPicture({ seed: 1, width: 32, height: 24, shapes: 1 }))
      .digest('hex');
    writeFileSync(join(run, 'data.jsonl'), `${JSON.stringify({ id: 'x', sha256, group: 'clip' })}\n`);
    const stage = defineStage({
      name: 'trained',
      load: (ctx) => ctx.model('file:run/head.onnx'),
      run: (frames) => frames.map(() => ({ score: 0.9 })),
    });
    const project = await createProject(
      {
        task: CONES as never,
        plugins: [definePlugin({ name: 'p', api: '^1', stages: [stage] })],
        cascade: [{ run: 'trained' }],
        models: { cache },
      },
      { log: silent, cwd: cache },
    );
    const data = datasetOf([{ id: 'a' }, { id: 'b', group: 'clip' }, { id: 'c', label: 'clear' }]);
    const { caveats } = await evaluate(project, data, { resamples: 0 });
    expect(caveats.map(({ code }) => code)).toEqual(expect.arrayContaining(['trained-on', 'trained-groups']));
    expect(caveats.find(({ code }) => code === 'trained-on')?.message).toContain('trained on 1 of these 3 pictures');
    await project.close();
  });
});

describe('what calibrated the cascade', () => {
  const many = Array.from({ length: 200 }, (_, i) =>
    frame(`${i}`.padStart(64, '0').split('').reverse().join(''), i % 2 ? 'cone' : 'clear', i % 2 ? 0.9 : 0.1, 0.5),
  );

  it('warns where these pictures, or others of their groups, chose the exits', async () => {
    const file = join(cache, 'calibration.json');
    const steps: Step[] = [{ run: 'small', exit: calibrated(file) }, { run: 'large' }];
    const { project } = await scene({ cascade: steps, cache });
    const recording = recordingOf(many);
    const stages = identities.map((one) => ({ ...one, sha256: '0'.repeat(64) }));
    const header = { ...recording.header, stages };
    await writeCalibration(file, await calibrate({ ...recording, header }, project, { targetError: 0.1 }));
    const judge = async (frames: readonly RecordedFrame[]) => {
      const { caveats } = await evaluateRecording({ ...recording, header, frames }, project, { resamples: 0 });
      return caveats.find(({ code }) => code === 'calibrated-on')?.message;
    };
    const fresh = ['x', 'y'].map((id) => frame(id, 'cone', 0.9, 0.5));
    const near = frame('z', 'clear', 0.1, 0.5, { group: many[0]?.group as string });
    expect(await judge([...many.slice(0, 3), near, ...fresh])).toMatchInlineSnapshot(
      `"The exits of this cascade were calibrated on 3 of these 6 pictures. 1 more share the name of a group with such a picture. The figures are better than they will be on new ones, and no test of what the calibration promises. Evaluate on other data."`,
    );
    expect(await judge(fresh)).toBeUndefined();
    await project.close();
  });

  it('bounds the error of a step by groups: near-duplicates err together', async () => {
    const wrong = (i: number) => (i < 20 ? 0.1 : 0.9);
    const frames = Array.from({ length: 100 }, (_, i) => frame(`${i}`, 'cone', wrong(i), 0.5));
    const clips = frames.map((one, i) => ({ ...one, group: `clip ${Math.floor(i / 10)}` }));
    const [alone, grouped] = [await evaluated(frames), await evaluated(clips)].map(({ stages }) => stages[0]);
    expect(alone?.errorInterval).toEqual(clopperPearson(20, 100));
    expect(grouped?.errorAmongExits).toBe(0.2);
    // Ten clips, two of them all wrong, say as much as two errors of ten, and less, since there are few.
    const ten = clopperPearson(2, 10);
    expect(grouped?.errorInterval?.low).toBeLessThanOrEqual(ten.low);
    expect(grouped?.errorInterval?.high).toBeGreaterThanOrEqual(ten.high);
  });
});

describe('compareEvaluations', () => {
  it('tests what differs on the pictures of both', async () => {
    const n = 60;
    const frames = Array.from({ length: n }, (_, i) =>
      frame(String(i), i % 2 ? 'cone' : 'clear', i % 2 ? 0.9 : 0.1, 0.5),
    );
    const worse = frames
      .slice(10)
      .map((one, i) =>
        i < 15
          ? { ...one, answers: { ...one.answers, small: said(1 - (one.answers.small as { score: number }).score, 4) } }
          : one,
      );
    const [first, second] = [await evaluated(frames), await evaluated(worse)];
    const comparison = compareEvaluations(first, second, { resamples: 200, names: ['new', 'old'] });
    expect(comparison).toMatchObject({
      common: 50,
      onlyFirst: 10,
      onlySecond: 0,
      mcnemar: { onlyFirst: 15, onlySecond: 0 },
    });
    expect(comparison.mcnemar.pValue).toBeCloseTo(2 * 0.5 ** 15, 12);
    expect(comparison.differences[0]).toMatchObject({ metric: 'accuracy', first: 1, second: 0.7 });
    expect(comparison.differences[0]?.interval?.low).toBeGreaterThan(0.1);
    expect(comparisonText(comparison)).toContain('right only here: 15, only there: 0; McNemar p = < 0.001');
    const same = compareEvaluations(first, first, { resamples: 50 });
    expect(same.mcnemar.pValue).toBe(1);
    expect(same.differences[0]).toMatchObject({ difference: 0, pValue: 1 });
  });

  it('refuses evaluations of other data, and files that are none', async () => {
    const evaluation = await evaluated();
    const flipped = {
      ...evaluation,
      answers: evaluation.answers.map((one) => ({ ...one, positive: (1 - one.positive) as 0 | 1 })),
    };
    expect(() => compareEvaluations(evaluation, flipped)).toThrow('disagree on `a`');
    expect(() => compareEvaluations(evaluation, { ...evaluation, answers: [] })).toThrow('have no picture in common');
    const file = join(cache, 'eval.json');
    writeFileSync(file, JSON.stringify(evaluation));
    expect(await readEvaluation(file)).toEqual(evaluation);
    writeFileSync(file, '{"version":1}');
    await expect(readEvaluation(file)).rejects.toMatchObject({ code: 'SV_RUN_INVALID' });
  });
});
