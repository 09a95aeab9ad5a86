import { describe, expect, it } from 'vitest';
import {
  budget,
  createProject,
  createReplay,
  type ExitRule,
  type Plugin,
  type ReplayFrame,
  type ReplayOutput,
  type Step,
  silent,
  type UserConfig,
  window,
} from '../../src/index.js';
import { fakePlugin, fakeStage } from '../../src/testing/index.js';

const NAMES = ['quick', 'slow', 'spare'] as const;
const identities = NAMES.map((stage) => ({ stage, plugin: 'fake', sha256: stage.padEnd(64, '0') }));
const says = (score: number, compute: number): ReplayOutput => ({ score, ms: { queue: 500, preprocess: 1, compute } });
const frame = (answers: ReplayFrame['answers']): ReplayFrame => ({ id: 'f', kind: 'image', meta: {}, answers });
const both = frame({ quick: says(0.6, 9), slow: says(0.9, 99) });

async function replayOf(cascade: readonly Step[], more: Partial<UserConfig> = {}, plugins: Plugin[] = []) {
  const models = fakePlugin({ stages: NAMES.map((name) => fakeStage({ name })) });
  const project = await createProject({ plugins: [models, ...plugins], cascade, ...more } as UserConfig, {
    log: silent,
  });
  return createReplay(project, identities);
}
const two = [{ run: 'quick', exit: window(0.1, 0.8) }, { run: 'slow' }];

describe('createReplay', () => {
  it('says what was reached, what was believed there, and what it took without the waiting', async () => {
    const replay = await replayOf(two);
    expect(replay.answer(both)).toMatchObject({
      score: 0.9,
      exit: { after: 'slow', step: 1, reason: 'end of cascade' },
      decided: false,
      reached: [
        { step: 0, name: 'quick', asked: ['quick'], score: 0.6, ms: 10 },
        { step: 1, name: 'slow', asked: ['slow'], score: 0.9, ms: 100 },
      ],
      ms: 110,
    });
    const strict = await replay.with([{ run: 'quick', exit: window(0.1, 0.5) }, { run: 'slow' }]);
    expect(strict.answer(both)).toMatchObject({ score: 0.6, decided: true, ms: 10 });
  });

  it('a step takes what its slowest stage takes, and the one that stands in comes after', async () => {
    const answers = { ...both.answers, quick: { code: 'SV_STAGE_FAILED', message: 'no', ms: says(0, 19).ms } };
    const replay = await replayOf([{ run: ['quick', 'slow'], onError: { use: 'spare' } }]);
    const answer = await replay.answer(frame({ ...answers, spare: says(0.1, 4) }));
    expect(answer).toMatchObject({ score: 0.5, ms: 105, reached: [{ asked: ['quick', 'slow', 'spare'], ms: 105 }] });
  });

  it('a stage that took longer than its step allows is late', async () => {
    const replay = await replayOf([{ run: 'quick' }, { run: 'slow', timeoutMs: 50, onError: 'skip' }]);
    expect(replay.answer(both)).toMatchObject({ score: 0.6, exit: { after: 'quick' }, ms: 60 });
    const failing = await replayOf([{ run: 'slow', timeoutMs: 50 }]);
    expect(() => failing.answer(both)).toThrowErrorMatchingInlineSnapshot(
      "[SvError: Stage `slow` did not answer within 50 ms. Raise the step's timeoutMs, or let it be skipped with onError: 'skip'.]",
    );
  });

  it('a budget that recorded times use up ends the run with what is known, or fails it', async () => {
    const replay = await replayOf(two, { budget: { ms: 50 } });
    expect(replay.answer(both)).toMatchObject({
      score: 0.6,
      decided: false,
      exit: { reason: 'budget of 50 ms spent' },
      ms: 50,
    });
    const failing = await replayOf(two, { budget: { ms: 50, onExceeded: 'fail' } });
    expect(() => failing.answer(both)).toThrow(expect.objectContaining({ code: 'SV_DEADLINE' }));
    const reserving = await replayOf([{ run: 'quick', exit: budget(60) }, { run: 'slow' }], { budget: { ms: 65 } });
    expect(reserving.answer(both)).toMatchObject({ score: 0.6, decided: true, ms: 10 });
  });

  it('refuses a stage that was not recorded, and an answer that is missing', async () => {
    const replay = await replayOf(two);
    expect(() => replay.answer(frame({ quick: says(0.5, 1) }))).toThrowErrorMatchingInlineSnapshot(
      '[SvError: The recording has no answer of stage `slow` for `f`. Record again with this config: delete the recording, or name another file.]',
    );
    const project = await createProject(
      { plugins: [fakePlugin({ stages: [fakeStage({ name: 'new' })] })], cascade: [{ run: 'new' }] },
      { log: silent },
    );
    await expect(createReplay(project, identities)).rejects.toMatchObject({ code: 'SV_RUN_INVALID' });
  });

  it('prepares rules with the recorded models', async () => {
    const bound: ExitRule = Object.assign(() => undefined, {
      prepare(ctx: { stages: ReadonlyMap<string, { sha256: string }> }): ExitRule {
        const { sha256 } = ctx.stages.get('quick') ?? { sha256: '' };
        return () => ({ reason: `made of ${sha256.slice(0, 5)}` });
      },
    });
    const replay = await replayOf([{ run: 'quick', exit: bound }]);
    expect(replay.answer(both)).toMatchObject({ exit: { reason: 'made of quick' } });
  });

  it('sets plugins up and closes them; their raw taps count', async () => {
    const heard: string[] = [];
    const raw = fakePlugin({
      name: 'raw',
      setup(host) {
        host.hooks.ready.tap('raw', () => void heard.push('ready'));
        host.hooks.close.tap('raw', () => void heard.push('close'));
        host.hooks.preprocess.tap('raw', () => void heard.push('preprocess') as never);
        host.hooks.exit.tap('raw', () => ({ reason: 'raw' }));
      },
    });
    const replay = await replayOf(two, {}, [raw]);
    await expect(replay.answer(both)).resolves.toMatchObject({ score: 0.6, exit: { reason: 'raw' } });
    await replay.close();
    expect(heard).toEqual(['ready', 'close']);
  });

  it('tells a rule that asks for the picture that there is none', async () => {
    const looking: ExitRule = async (_verdict, _evidence, { frame: { info } }) => {
      await info();
      return undefined;
    };
    const replay = await replayOf([{ run: 'quick', exit: looking }]);
    await expect(replay.answer(both)).rejects.toMatchObject({ code: 'SV_RUN_INVALID' });
  });
});
