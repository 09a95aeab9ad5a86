import { describe, expect, it, vi } from 'vitest';
import type { Asked } from '../../src/cascade/plan.js';
import { createStop, withSignal } from '../../src/cascade/stop.js';
import { type Frame, type Stage, type StageMs, SvError, silent } from '../../src/index.js';
import { createStageRunner } from '../../src/runtime/stage-runner.js';

const frame = (id: string): Frame => ({
  id,
  kind: 'image',
  bytes: new Uint8Array(),
  meta: {},
  hash: () => id,
  info: async () => ({ width: 1, height: 1, format: 'jpeg', bytes: 0 }),
  pixels: async () => ({ width: 1, height: 1, data: new Uint8Array(3) }),
  tensor: async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    return { data: new Float32Array(3), dims: [3, 1, 1], placement: { scaleX: 1, scaleY: 1, offsetX: 0, offsetY: 0 } };
  },
  view: () => frame(id),
  with: () => frame(id),
});
const call = (id: string, deadline = Number.POSITIVE_INFINITY): Asked =>
  withSignal({
    stage: 's',
    step: 0,
    frame: frame(id),
    evidence: [],
    deadline,
    stop: createStop(),
    by: undefined,
    ms: undefined,
    model: undefined,
  });
const runner = (stage: Partial<Stage> & Pick<Stage, 'run'>, parallel = 1) =>
  createStageRunner({ name: 's', ...stage }, undefined, parallel, {
    plugin: 'p',
    task: undefined,
    log: silent,
    stack: async () => ({ type: 'float32', data: new Float32Array(), dims: [] }),
  });
const scores = (frames: readonly Frame[]) => frames.map(({ id }) => ({ score: Number(id) / 10 }));

describe('batches', () => {
  it('group who waits while the stage is busy, never beyond maxBatch', async () => {
    const sizes: number[] = [];
    const { ask } = runner({
      maxBatch: 3,
      run: async (frames) => {
        sizes.push(frames.length);
        await new Promise((resolve) => setTimeout(resolve, 5));
        return scores(frames);
      },
    });
    const answers = await Promise.all(['1', '2', '3', '4', '5'].map((id) => ask(call(id))));
    expect(answers.map(({ score }) => score)).toEqual([0.1, 0.2, 0.3, 0.4, 0.5]);
    expect(sizes).toEqual([1, 3, 1]);
  });

  it('wait maxDelayMs for company, but not past a deadline', async () => {
    const run = vi.fn(scores);
    const { ask } = runner({ maxBatch: 2, maxDelayMs: 60_000, run });
    const alone = ask(call('1', performance.now() + 30));
    await alone;
    expect(run).toHaveBeenCalledTimes(1);
    await Promise.all([ask(call('2')), ask(call('3'))]);
    expect(run).toHaveBeenCalledTimes(2);
  });

  it('one frame that fails does not cost the others their answer', async () => {
    const { ask } = runner({
      maxBatch: 4,
      run: async (frames) => {
        await Promise.resolve();
        if (frames.some(({ id }) => id === '3')) throw new SvError('SV_IMAGE_CORRUPT', 'broken');
        return scores(frames);
      },
    });
    const settled = await Promise.allSettled(['1', '2', '3', '4'].map((id) => ask(call(id))));
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(settled[2]).toMatchObject({ reason: { code: 'SV_IMAGE_CORRUPT', message: 'broken' } });
  });
});

describe('failures of a batch', () => {
  const failing = (cause: unknown) => {
    const run = vi.fn(async (_frames: readonly Frame[]) => {
      await Promise.resolve();
      throw cause;
    });
    return { run, ask: runner({ maxBatch: 8, maxDelayMs: 1_000, run }).ask };
  };
  const eight = ['1', '2', '3', '4', '5', '6', '7', '8'];

  it('end after two frames in a row that fail alone: then it is not the frames', async () => {
    const { run, ask } = failing(new Error('connection refused'));
    const settled = await Promise.allSettled(eight.map((id) => ask(call(id))));
    expect(settled.every(({ status }) => status === 'rejected')).toBe(true);
    expect(run).toHaveBeenCalledTimes(3);
  });

  it('are not tried again where the engine failed or the outputs break the contract', async () => {
    const engine = failing(new SvError('SV_ENGINE_RUN', 'out of memory'));
    await Promise.allSettled(eight.map((id) => engine.ask(call(id))));
    expect(engine.run).toHaveBeenCalledTimes(1);
    const run = vi.fn((frames: readonly Frame[]) => (frames.length > 1 ? [{ score: 1 }] : scores(frames)));
    const { ask } = runner({ maxBatch: 8, maxDelayMs: 1_000, run });
    const settled = await Promise.allSettled(eight.map((id) => ask(call(id))));
    expect(settled[0]).toMatchObject({ reason: { code: 'SV_STAGE_OUTPUT' } });
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('leave the stage usable when a frame hangs alone after another was answered', async () => {
    const { ask } = runner({
      maxBatch: 2,
      maxDelayMs: 1_000,
      run: (frames) => {
        if (frames.length > 1) throw new Error('two at once');
        return frames[0]?.id === '2' ? new Promise(() => undefined) : scores(frames);
      },
    });
    const hangs = call('2');
    const [first, second] = [ask(call('1')), ask(hangs)];
    expect((await first).score).toBe(0.1);
    hangs.model?.giveUp(new Error('late'));
    await expect(second).rejects.toThrow('late');
    expect((await ask(call('3', performance.now() + 20))).score).toBe(0.3);
  });

  it.each([
    ['an error with a foreign code', Object.assign(new Error('oh'), { code: 'SV_MINE' })],
    ['an object without a text', Object.create(null)],
    ['undefined', undefined],
  ])('may be %s', async (_name, thrown) => {
    const { ask } = runner({
      run: () => {
        throw thrown;
      },
    });
    await expect(ask(call('1'))).rejects.toMatchObject({ code: 'SV_STAGE_FAILED', where: { plugin: 'p', stage: 's' } });
  });
});

describe('outputs are checked', () => {
  const answer = (output: unknown) => runner({ run: () => output as never }).ask(call('1'));
  it.each([
    ['NaN', [{ score: Number.NaN }]],
    ['above 1', [{ score: 1.01 }]],
    ['missing', [{}]],
    ['NaN among the classes', [{ score: 1, scores: { a: Number.NaN } }]],
    [
      'a box beyond all bounds',
      [{ score: 1, boxes: [{ x: Number.NaN, y: 0, width: 1, height: 1, label: 'a', score: 1 }] }],
    ],
    ['a box with a score of 7', [{ score: 1, boxes: [{ x: 0, y: 0, width: 1, height: 1, label: 'a', score: 7 }] }]],
    ['null', [null]],
    ['too many', [{ score: 1 }, { score: 1 }]],
    ['none', []],
    ['no array', undefined],
  ])('%s', async (_name, output) => {
    await expect(answer(output)).rejects.toMatchObject({ code: 'SV_STAGE_OUTPUT', where: { plugin: 'p', stage: 's' } });
  });
  it('an abstention needs no score', async () => {
    expect((await answer([{ abstained: true }])).abstained).toBe(true);
  });
});

it('names stage and plugin on what a stage throws', async () => {
  const { ask } = runner({
    run: () => {
      throw new TypeError('x is undefined');
    },
  });
  await expect(ask(call('1'))).rejects.toThrowErrorMatchingInlineSnapshot(`[SvError: [p › s] x is undefined]`);
});

it('a run that hangs gives its place back when nobody waits any more, and sees the abort', async () => {
  let hung: AbortSignal | undefined;
  const { ask } = runner({
    run: (frames, _state, { signal }) => {
      if (frames[0]?.id !== '1') return scores(frames);
      hung = signal;
      return new Promise(() => undefined);
    },
  });
  const first = call('1');
  const hanging = ask(first);
  first.model?.giveUp(new Error('late'));
  await expect(hanging).rejects.toThrow('late');
  expect(hung?.aborted).toBe(true);
  expect((await ask(call('2'))).score).toBe(0.2);
});

it('takes a stage that keeps hanging for broken', async () => {
  const { ask } = runner({ run: () => new Promise(() => undefined) });
  for (let i = 0; i < 4; i++) {
    const one = call('1');
    const asked = ask(one);
    one.model?.giveUp(new Error('late'));
    await asked.catch(() => undefined);
  }
  await expect(ask(call('1'))).rejects.toThrowErrorMatchingInlineSnapshot(
    `[SvError: [p › s] hangs: 4 runs were given up and never returned. Let the stage end when ctx.signal is aborted; restart to get it back.]`,
  );
});

it('tells apart waiting, making tensors and computing', async () => {
  const { ask } = runner({
    run: async (frames) => {
      await frames[0]?.tensor({ width: 1, height: 1 });
      await new Promise((resolve) => setTimeout(resolve, 20));
      return scores(frames);
    },
  });
  const calls = [call('1'), call('2')] as const;
  await Promise.all(calls.map((one) => ask(one)));
  const [first, second] = calls.map(({ ms }) => ms ?? { queue: -1, preprocess: -1, compute: -1 }) as [StageMs, StageMs];
  expect(first.queue).toBeLessThan(second.queue);
  expect(second.queue).toBeGreaterThan(25);
  expect(first.preprocess).toBeGreaterThan(15);
  expect(first.compute).toBeGreaterThan(15);
});

it('answers who waits when it closes', async () => {
  const { ask, close } = runner({ run: () => new Promise(() => undefined) });
  ask(call('1'));
  const waiting = ask(call('2'));
  close(new SvError('SV_CLOSED', 'closed'));
  await expect(waiting).rejects.toMatchObject({ code: 'SV_CLOSED' });
});
