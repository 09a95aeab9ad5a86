import { describe, expect, it, vi } from 'vitest';
import { createRuntime, definePlugin, defineStage, type Plugin, type RunInput, silent } from '../../src/index.js';
import { picture } from './picture.js';

const bytes = await picture();
// biome-ignore lint/suspicious/noExplicitAny: tests mix plugins freely
const plugin = (stage: any, rest: Partial<Plugin<any>> = {}) =>
  definePlugin<any>({ name: 'p', api: '^1', stages: [stage], ...rest });
const score = defineStage({ name: 's', run: (frames) => frames.map(() => ({ score: 0.1 })) });
const start = (stage: Parameters<typeof plugin>[0], rest = {}) =>
  createRuntime({ plugins: [plugin(stage)], cascade: [{ run: 's' }], ...rest }, { log: silent });

describe('inputs', () => {
  it.each([
    ['bytes', bytes],
    ['bytes under a name', { id: 'x', bytes }],
  ])('%s', async (_name, input) => {
    const sv = await start(score);
    expect((await sv.run(input)).score).toBe(0.1);
    await sv.close();
  });
  it.each([
    [42, 'SV_INPUT_INVALID'],
    [null, 'SV_INPUT_INVALID'],
    [{ id: 'x', bytes: 'base64' }, 'SV_INPUT_INVALID'],
    ['./missing.jpg', 'SV_INPUT_NOT_FOUND'],
    ['.', 'SV_INPUT_UNREADABLE'],
  ])('%j is refused', async (input, code) => {
    const sv = await start(score);
    await expect(sv.run(input as RunInput)).rejects.toMatchObject({ code });
    await sv.close();
  });
});

describe('runAll', () => {
  const slow = defineStage({
    name: 's',
    parallel: 8,
    run: async (frames) => {
      const n = Number(frames[0]?.id);
      await new Promise((resolve) => setTimeout(resolve, n % 3 === 0 ? 15 : 1));
      if (n === 5) throw new Error('five');
      return frames.map(() => ({ score: n / 100 }));
    },
  });
  it('answers in the order of the inputs; a failure is an outcome', async () => {
    const sv = await start(slow, { budget: { concurrency: 4, queue: 0 } });
    const outcomes = [];
    for await (const outcome of sv.runAll(Array.from({ length: 12 }, (_, i) => ({ id: `${i}`, bytes }))))
      outcomes.push(outcome);
    expect(outcomes.map(({ input }) => input)).toEqual(Array.from({ length: 12 }, (_, i) => `${i}`));
    expect(outcomes[5]?.error?.code).toBe('SV_STAGE_FAILED');
    expect(outcomes[11]?.result?.score).toBe(0.11);
    await sv.close();
  });
  it('reads no further ahead than it can hold, and lets go when the reader leaves', async () => {
    const sv = await start(slow, { budget: { concurrency: 2 } });
    let read = 0;
    const returned = vi.fn();
    async function* endless() {
      try {
        for (;;) yield { id: `${read++}`, bytes };
      } finally {
        returned();
      }
    }
    let seen = 0;
    for await (const _ of sv.runAll(endless())) if (++seen === 10) break;
    expect(read).toBeLessThanOrEqual(16);
    expect(returned).toHaveBeenCalled();
    await sv.close();
  });
  it('does not hold an answer back while a slow source thinks', async () => {
    const sv = await start(score);
    let release = () => {};
    async function* one() {
      yield { id: '0', bytes };
      await new Promise<void>((resolve) => {
        release = resolve;
      });
    }
    const all = sv.runAll(one())[Symbol.asyncIterator]();
    expect((await all.next()).value).toMatchObject({ input: '0' });
    release();
    expect((await all.next()).done).toBe(true);
    await sv.close();
  });
  it('hands a failing source on', async () => {
    const sv = await start(score);
    async function* failing() {
      yield { id: '0', bytes };
      throw new Error('camera gone');
    }
    await expect(async () => {
      for await (const _ of sv.runAll(failing()));
    }).rejects.toThrow('camera gone');
    await sv.close();
  });
});

describe('lifecycle', () => {
  it('says no at once when it is full', async () => {
    let finish = () => {};
    const stage = defineStage({
      name: 's',
      run: (frames) =>
        new Promise<{ score: number }[]>((resolve) => {
          finish = () => resolve(frames.map(() => ({ score: 0 })));
        }),
    });
    const sv = await start(stage, { budget: { concurrency: 1, queue: 0 } });
    const first = sv.run(bytes);
    await expect(sv.run(bytes)).rejects.toMatchObject({ code: 'SV_OVERLOADED', retryAfterMs: expect.any(Number) });
    await vi.waitFor(() => {
      finish();
      return first;
    });
    await sv.close();
  });
  it('loads only what the cascade can reach, and unloads it in the end', async () => {
    const load = vi.fn(() => 'state');
    const unload = vi.fn();
    const idle = vi.fn();
    const brings = definePlugin({
      name: 'p',
      api: '^1',
      stages: [
        { ...score, load, unload },
        { ...score, name: 'other', load: idle },
      ],
    });
    const sv = await createRuntime({ plugins: [brings], cascade: [{ run: 's' }] }, { log: silent });
    await sv.close();
    await sv.close();
    expect([load.mock.calls.length, idle.mock.calls.length]).toEqual([1, 0]);
    expect(unload).toHaveBeenCalledExactlyOnceWith('state');
  });
  it('undoes what was begun when a stage cannot load', async () => {
    const unload = vi.fn();
    const closed = vi.fn();
    const bad = {
      ...score,
      name: 'bad',
      load: () => {
        throw new Error('no weights');
      },
    };
    const brings = definePlugin({
      name: 'p',
      api: '^1',
      stages: [{ ...score, load: () => 1, unload }, bad],
      setup: ({ hooks }) => hooks.close.tap('p', closed),
    });
    await expect(
      createRuntime({ plugins: [brings], cascade: [{ run: ['s', 'bad'] }] }, { log: silent }),
    ).rejects.toThrowErrorMatchingInlineSnapshot(`[SvError: [p › bad] no weights]`);
    expect(unload).toHaveBeenCalledOnce();
    expect(closed).toHaveBeenCalledOnce();
  });
  it('refuses runs after close, and finishes those in progress first', async () => {
    const stage = defineStage({
      name: 's',
      run: async (frames) => {
        await new Promise((resolve) => setTimeout(resolve, 30));
        return frames.map(() => ({ score: 1 }));
      },
    });
    const sv = await start(stage);
    const running = sv.run(bytes);
    await new Promise((resolve) => setTimeout(resolve, 10));
    await sv.close();
    expect((await running).score).toBe(1);
    await expect(sv.run(bytes)).rejects.toMatchObject({ code: 'SV_CLOSED' });
  });
  it('names what is unfinished when the process would exit', async () => {
    const error = vi.fn();
    const hangs = plugin(score, { hooks: { preprocess: () => new Promise<never>(() => undefined) } });
    const sv = await createRuntime({ plugins: [hangs], cascade: [{ run: 's' }] }, { log: { ...silent, error } });
    const controller = new AbortController();
    const run = sv.run(bytes, { signal: controller.signal });
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.emit('beforeExit', 0);
    expect(error).toHaveBeenCalledWith('The process would exit while these have not finished: p › preprocess.', {
      pending: ['p › preprocess'],
    });
    controller.abort();
    await expect(run).rejects.toMatchObject({ code: 'SV_ABORTED' });
    await sv.close();
  });
});
