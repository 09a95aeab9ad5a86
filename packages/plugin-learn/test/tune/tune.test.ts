import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { agreement, createRandom, createReplay, type Project, type Step, window } from '@streetvision/core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerAll } from '../../src/evaluate/answer.js';
import type { RecordedFrame, Recording } from '../../src/recording/types.js';
import { applySetting, roomOf } from '../../src/tune/cascade.js';
import { whatIfTable } from '../../src/tune/table.js';
import { tryWindows } from '../../src/tune/try.js';
import { tune } from '../../src/tune/tune.js';
import { scene } from '../recording/scene.js';

let cache: string;
beforeAll(() => {
  cache = mkdtempSync(join(tmpdir(), 'sv-tune-'));
});
afterAll(() => rmSync(cache, { recursive: true }));

const STAGES = ['small', 'middle', 'large'];
const CONES = { name: 'cones', classes: ['clear', 'cone'], positive: 'cone' };

/** Stages of rising accuracy and cost: `noise` is how far a score strays from the truth. */
function recordingOf(n: number, seed = 1, more: (i: number) => Partial<RecordedFrame> = () => ({})): Recording {
  const random = createRandom(seed);
  const say = (truth: number, noise: number, compute: number) => {
    const score = Math.min(1, Math.max(0, truth + random.normal() * noise));
    return { score, ms: { queue: 0, preprocess: 0, compute } };
  };
  const frames = Array.from({ length: n }, (_, i): RecordedFrame => {
    const truth = random.below(2);
    return {
      id: `${i}.jpg`,
      kind: 'image',
      sha256: String(i),
      label: truth ? 'cone' : 'clear',
      group: `clip-${Math.floor(i / 4)}`,
      source: 'drawn',
      meta: {},
      answers: { small: say(truth, 0.6, 1), middle: say(truth, 0.4, 10), large: say(truth, 0.15, 100) },
      ...more(i),
    };
  });
  const stages = STAGES.map((stage) => ({ stage, plugin: 'scene', sha256: stage }));
  const header = {
    version: 1 as const,
    task: CONES,
    steps: STAGES.map((one) => [one]),
    stages,
    data: { name: 'drawn' },
  };
  return { header, frames, failed: [] };
}

const projectOf = async (cascade: readonly Step[]): Promise<Project> =>
  (await scene({ cascade, stages: STAGES.map((name) => ({ name })), cache })).project;

describe('tune', () => {
  it('keeps within a budget on pictures that it has not searched on, and gains on the cascade as it was', async () => {
    const project = await projectOf([{ run: 'small', exit: window(0.5, 0.5) }, { run: 'middle' }, { run: 'large' }]);
    const tuning = await tune(project, recordingOf(1_200), { budgetMs: 40, seed: 3, tries: 1_000, resamples: 100 });
    expect(tuning.heldOut.ms).toBeLessThan(44);
    expect(tuning.searched.ms).toBeLessThanOrEqual(40);
    expect(tuning.gain?.interval.low).toBeGreaterThan(0.05);
    expect(tuning.before.ms).toBe(1);
    expect(tuning.parts.search.n + tuning.parts.judge.n).toBe(1_200);
    expect(tuning.snippet).toMatch(/^cascade: \[\n {2}\{ run: 'small', exit: window\(/);
    const wide = await tune(project, recordingOf(1_200), { seed: 3, tries: 500, resamples: 20 });
    expect(wide.heldOut.value as number).toBeGreaterThan(tuning.heldOut.value as number);
    await project.close();
  });

  it('finds the same again, and something else with another seed', async () => {
    const project = await projectOf([{ run: 'small' }, { run: 'large' }]);
    const options = { budgetMs: 50, tries: 300, resamples: 20 };
    const first = await tune(project, recordingOf(200), options);
    expect(await tune(project, recordingOf(200), options)).toEqual(first);
    expect((await tune(project, recordingOf(200), { ...options, seed: 9 })).steps).not.toEqual(first.steps);
  });

  it('judges on test and searches on calibration where the data is split, and refuses groups in both', async () => {
    const project = await projectOf([{ run: 'small' }, { run: 'large' }]);
    const split = recordingOf(400, 1, (i) => ({ split: i < 160 ? 'calibration' : i < 240 ? 'train' : 'test' }));
    const tuning = await tune(project, split, { tries: 100, resamples: 20 });
    expect(tuning.parts).toMatchObject({ search: { name: 'calibration', n: 160 }, judge: { name: 'test', n: 160 } });
    const straddling = recordingOf(400, 1, (i) => ({ split: i % 2 ? 'calibration' : 'test' }));
    await expect(tune(project, straddling)).rejects.toThrow(
      'Group `clip-0` of drawn lies in two splits: 0.jpg in test, 1.jpg in calibration.',
    );
  });

  it('keeps to a budget in price, and says what the cheapest would be where nothing keeps to it', async () => {
    const project = await projectOf([{ run: 'small' }, { run: 'large' }]);
    const prices = { small: 0.01, large: 1 };
    const tuning = await tune(project, recordingOf(400), { budgetPrice: 0.3, prices, tries: 300, resamples: 20 });
    expect(tuning.searched.price).toBeLessThanOrEqual(0.3);
    await expect(tune(project, recordingOf(400), { budgetPrice: 0.001, prices, tries: 100 })).rejects.toThrow(
      /No setting keeps within a price of 0.001: where every picture ends as soon as it can, an answer takes 1.00 ms and 0.01/,
    );
    await expect(tune(project, recordingOf(40), { budgetPrice: 1 })).rejects.toMatchObject({
      code: 'SV_TRAIN_OPTIONS',
    });
  });

  it('searches behind an exit that is bound to a file, which stays as it is', async () => {
    const refuse = () => {
      throw new Error('asked before it read its file');
    };
    const bound = Object.assign(refuse, {
      prepare: () => ((verdict: { score: number }) => (verdict.score > 0.95 ? { reason: 'sure' } : undefined)) as never,
    });
    const project = await projectOf([{ run: 'small', exit: bound }, { run: 'middle' }, { run: 'large' }]);
    const { steps, heldOut, snippet } = await tune(project, recordingOf(400), { tries: 200, resamples: 0 });
    expect(steps.map(({ left }) => left)).toEqual(['its exit rule is bound to a file', undefined, undefined]);
    expect(heldOut.value).toBeGreaterThan(0.5);
    expect(snippet).toContain('keep exit');
  });

  it('leaves rules that are bound to a file, and says so; refuses where nothing is left', async () => {
    const bound = Object.assign(() => undefined, { prepare: () => () => undefined });
    const project = await projectOf([{ run: 'small', exit: bound }, { run: 'large' }]);
    await expect(tune(project, recordingOf(200), { weights: false })).rejects.toThrow(
      'There is nothing to search: the cascade has one step, or its rules are bound to files. Calibrate again to change calibrated exits.',
    );
    const mixed = await projectOf([
      { run: 'small', exit: bound },
      { run: 'middle', exit: agreement(1) },
      { run: 'large' },
    ]);
    const tuning = await tune(mixed, recordingOf(200), { tries: 100, resamples: 20, weights: false });
    expect(tuning.steps[0]).toMatchObject({ window: null, left: 'its exit rule is bound to a file' });
    expect(tuning.snippet).toContain("{ run: 'small' }, // keep exit");
  });

  it('needs both classes on both sides', async () => {
    const project = await projectOf([{ run: 'small' }, { run: 'large' }]);
    await expect(
      tune(
        project,
        recordingOf(60, 1, () => ({ label: 'cone' })),
      ),
    ).rejects.toMatchObject({
      code: 'SV_TRAIN_DATA',
    });
  });
});

describe('a table of what-ifs', () => {
  it('gives what the replay gives under the same windows', async () => {
    const answers = fc.record(
      Object.fromEntries(
        STAGES.map((name) => [
          name,
          fc.oneof(
            {
              weight: 5,
              arbitrary: fc
                .double({ min: 0, max: 1, noNaN: true })
                .map((score) => ({ score, ms: { queue: 0, preprocess: 1, compute: 2 } })),
            },
            {
              weight: 1,
              arbitrary: fc.constant({ score: 0.5, abstained: true, ms: { queue: 0, preprocess: 1, compute: 1 } }),
            },
            {
              weight: 1,
              arbitrary: fc.constant({
                code: 'SV_STAGE_FAILED',
                message: 'no',
                ms: { queue: 0, preprocess: 0, compute: 0 },
              }),
            },
          ),
        ]),
      ),
    );
    const bounds = fc.tuple(fc.double({ min: 0, max: 0.5, noNaN: true }), fc.double({ min: 0.5, max: 1, noNaN: true }));
    const cascade: Step[] = [
      { run: ['small', 'middle'], exit: [agreement(2), window(0.2, 0.8)], onError: 'skip' },
      { run: 'middle', when: (verdict) => verdict.score > 0.3 },
      { run: 'large' },
    ];
    const project = await projectOf(cascade);
    const { header } = recordingOf(1);
    const replay = await createReplay(project, header.stages);
    await fc.assert(
      fc.asyncProperty(
        fc.array(answers, { minLength: 1, maxLength: 8 }),
        bounds,
        bounds,
        async (said, first, second) => {
          const frames = said.map(
            (one, i) => ({ ...recordingOf(1).frames[0], id: `${i}`, answers: one }) as RecordedFrame,
          );
          const room = roomOf(cascade, false);
          const setting = { windows: [first, second, undefined], weights: [undefined, undefined, undefined] };
          const real = await answerAll(await replay.with(applySetting(cascade, setting, room)), frames, 'cone', {
            large: 2,
          });
          const table = await whatIfTable(replay, cascade, frames, 'cone', { large: 2 });
          const scores = new Float64Array(frames.length);
          const tried = tryWindows(table, setting.windows, {}, scores);
          expect([...scores].filter((score) => !Number.isNaN(score))).toEqual(
            real.answered.map(({ answer }) => answer.score),
          );
          expect(tried.answered).toBe(real.answered.length);
          if (tried.answered > 0) {
            const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
            expect(tried.ms).toBeCloseTo(mean(real.answered.map(({ answer }) => answer.ms)), 9);
            expect(tried.price).toBeCloseTo(mean(real.answered.map(({ price }) => price ?? 0)), 9);
          }
        },
      ),
      { numRuns: 200, seed: 5 },
    );
  });
});
