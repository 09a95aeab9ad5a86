import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  agreement,
  always,
  type Clip,
  createClip,
  createProject,
  createReplay,
  createRuntime,
  definePlugin,
  defineStage,
  type ExitRule,
  type Frame,
  type FuseRule,
  image,
  isSvError,
  logOdds,
  max,
  mean,
  type ReplayOutput,
  type StageOutput,
  type Step,
  SvError,
  silent,
  type Task,
  type UserConfig,
  video,
  type When,
  weighted,
  window,
} from '../../src/index.js';
import { testPicture } from '../../src/testing/index.js';

const NAMES = ['a', 'b', 'c', 'd'] as const;
const MS = { queue: 1, preprocess: 2, compute: 3 };

const score = fc.double({ min: 0, max: 1, noNaN: true });
const box = fc.record({ x: score, y: score, width: score, height: score, score, label: fc.constant('cone') });
const output: fc.Arbitrary<ReplayOutput> = fc.oneof(
  { weight: 16, arbitrary: score.map((value) => ({ score: value, ms: MS })) },
  {
    weight: 5,
    arbitrary: fc.tuple(score, score, fc.array(box, { maxLength: 2 })).map(([value, other, boxes]) => ({
      score: value,
      scores: { yes: value, no: 1 - value, maybe: other },
      boxes,
      ms: MS,
    })),
  },
  { weight: 3, arbitrary: fc.constant({ score: 0.5, abstained: true, ms: MS }) },
  { weight: 3, arbitrary: fc.constant({ code: 'SV_STAGE_FAILED', message: 'no memory', ms: MS }) },
  { weight: 1, arbitrary: fc.constant({ code: 'SV_IMAGE_CORRUPT', message: 'cut off', ms: MS }) },
);
const frame = fc.record({
  kind: fc.constantFrom('image' as const, 'image' as const, 'video' as const),
  meta: fc.record({ night: fc.boolean() }),
  answers: fc.record(Object.fromEntries(NAMES.map((name) => [name, output]))),
});

const later: FuseRule = async (verdict, evidence) => mean({ over: 'all' })(verdict, evidence, {} as never);
const night: When = (verdict, _evidence, { frame }) => frame.meta.night === true || verdict.score > 0.5;
const unanimous: ExitRule = async ({ score: value }) => (value > 0.8 ? { reason: 'sure enough', score: 1 } : undefined);
const bounds = fc.tuple(score, score).map(([a, b]) => window(Math.min(a, b), Math.max(a, b)));
const step: fc.Arbitrary<Step> = fc
  .record(
    {
      run: fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 3 }),
      when: fc.constantFrom(image, video, night),
      fuse: fc.constantFrom(mean(), mean({ over: 'all' }), max(), logOdds(), weighted({ a: 1, c: 3 }), later),
      exit: fc.array(fc.oneof(bounds, fc.constantFrom(agreement(2), unanimous, always())), {
        minLength: 1,
        maxLength: 2,
      }),
      onError: fc.constantFrom('fail' as const, 'skip' as const, { use: 'd' }),
    },
    { requiredKeys: ['run'] },
  )
  .map((one) => ({ ...one, run: one.run.length === 1 ? (one.run[0] as string) : one.run }))
  .filter(({ run, onError }) => typeof onError !== 'object' || !run.includes('d'));

const two: Task = { name: 'two', classes: ['no', 'yes'], positive: 'yes', threshold: 0.4 };
const three: Task = { name: 'three', classes: ['no', 'yes', 'maybe'], positive: 'yes' };
const hooks = fc.constantFrom(
  {},
  { fuse: (verdict: { score: number; boxes: readonly never[] }) => ({ ...verdict, score: verdict.score * 0.9 }) },
  {
    exit: async ({ score: value }: { score: number }) => (value > 0.95 ? { reason: 'the plugin is sure' } : undefined),
  },
  {
    postprocess: <T extends { score: number }>(result: T) => ({ ...result, score: 1 - result.score, label: 'swapped' }),
  },
);

let bytes: Uint8Array;
let clip: Clip;
beforeAll(async () => {
  bytes = await testPicture();
  clip = createClip({ id: 'clip', frames: [{ at: 0, bytes }] });
});

const codeOf = (error: unknown) => {
  if (!isSvError(error)) throw error;
  return { code: error.code };
};

describe('a replay', () => {
  it('answers exactly what the runtime does over the same answers', async () => {
    const scene = fc.record({
      cascade: fc.array(step, { minLength: 1, maxLength: 4 }),
      task: fc.constantFrom(two, three, undefined),
      hooks,
      frames: fc.array(frame, { minLength: 1, maxLength: 6 }),
    });
    const seen = { answers: 0, errors: 0, decided: 0 };
    await fc.assert(
      fc.asyncProperty(scene, async ({ cascade, task, hooks, frames }) => {
        const said = (at: Frame, name: string): StageOutput => {
          const known = frames[Number(at.id)]?.answers[name] as ReplayOutput;
          if ('code' in known)
            throw known.code === 'SV_IMAGE_CORRUPT' ? new SvError(known.code, known.message) : new Error();
          return known;
        };
        const stages = NAMES.map((name) =>
          defineStage({
            name,
            accepts: name === 'c' ? ['video'] : ['image'],
            run: (batch) => batch.map((one) => said(one, name)),
          }),
        );
        const plugins = [
          definePlugin({ name: 'models', api: '^1', stages }),
          definePlugin({ name: 'p', api: '^1', hooks: hooks as never }),
        ];
        const config: UserConfig = { plugins, cascade, ...(task ? { task } : {}) };
        const runtime = await createRuntime(config, { log: silent });
        const project = await createProject(config, { log: silent });
        const replay = await createReplay(project, runtime.stages);
        for (const [i, recorded] of frames.entries()) {
          const id = String(i);
          const input =
            recorded.kind === 'video' ? { id, clip, meta: recorded.meta } : { id, bytes, meta: recorded.meta };
          const real = await runtime.run(input).then((result) => {
            const { score, scores, boxes, label, exit } = result;
            const steps = [
              ...new Set(result.trace.filter(({ status }) => status !== 'skipped').map((one) => one.step)),
            ];
            return { score, scores, boxes, label, exit, steps };
          }, codeOf);
          const again = await (async () => replay.answer({ ...recorded, id }))().then(
            ({ score, scores, boxes, label, exit, reached }) => {
              const steps = reached.filter(({ asked }) => asked.length > 0).map((one) => one.step);
              return { score, scores, boxes, label, exit, steps };
            },
            codeOf,
          );
          expect(again).toEqual(real);
          if ('code' in real) seen.errors++;
          else seen.answers++;
          if (!('code' in real) && real.exit.reason !== 'end of cascade') seen.decided++;
        }
        await replay.close();
        await project.close();
        await runtime.close();
      }),
      { numRuns: 250, seed: 7 },
    );
    // The scenes are worth something only where all of these came about.
    expect(Math.min(seen.answers, seen.errors, seen.decided)).toBeGreaterThan(30);
  });
});
