import { describe, expect, it, vi } from 'vitest';
import {
  type AnyPlugin,
  createClip,
  createRuntime,
  definePlugin,
  defineStage,
  type LoadContext,
  type Plugin,
  type RunInput,
  silent,
} from '../../src/index.js';
import { picture } from './picture.js';

const bytes = await picture();
// biome-ignore lint/suspicious/noExplicitAny: tests mix plugins freely
const plugin = (stage: any, rest: Partial<Plugin> = {}): AnyPlugin => ({
  name: 'p',
  api: '^1',
  stages: [stage],
  ...rest,
});
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

describe('the end of runAll', () => {
  async function* endless() {
    for (let i = 0; ; i++) yield { id: `${i}`, bytes };
  }
  it('comes soon after the caller gave up or the runtime closed', async () => {
    for (const how of ['abort', 'close'] as const) {
      const sv = await start(score);
      const controller = new AbortController();
      let seen = 0;
      for await (const _ of sv.runAll(endless(), { signal: controller.signal })) {
        if (++seen !== 3) continue;
        if (how === 'abort') controller.abort();
        else sv.close();
      }
      expect(seen).toBeLessThan(20);
      await sv.close();
    }
  });
  it('does not wait for a source that thinks, nor for runs that nobody reads', async () => {
    let aborted = false;
    const waits = defineStage({
      name: 's',
      run: (frames, _state, { signal }) =>
        new Promise<{ score: number }[]>((resolve) => {
          signal.addEventListener('abort', () => {
            aborted = true;
            resolve(frames.map(() => ({ score: 0 })));
          });
        }),
    });
    const sv = await start(waits);
    async function* one() {
      yield { id: '0', bytes };
      await new Promise(() => undefined);
    }
    const all = sv.runAll(one())[Symbol.asyncIterator]();
    const pending = all.next();
    await new Promise((resolve) => setTimeout(resolve, 20));
    await all.return?.();
    expect((await pending).done).toBe(true);
    await vi.waitFor(() => expect(aborted).toBe(true));
    await sv.close();
  });
});

describe('lifecycle', () => {
  it('takes frames of another maker, also instances of a class', async () => {
    class Camera {
      readonly id = 'camera';
      readonly kind = 'image';
      readonly meta = {};
      readonly #bytes = bytes;
      get bytes() {
        return this.#bytes;
      }
      hash() {
        return `${this.#bytes.length}`;
      }
      async pixels() {
        return { width: 1, height: 1, data: new Uint8Array(3) };
      }
      async info() {
        return { width: 1, height: 1, format: 'jpeg' as const, bytes: this.#bytes.length };
      }
      async tensor() {
        const placement = { scaleX: 1, scaleY: 1, offsetX: 0, offsetY: 0 };
        return { data: new Float32Array(3), dims: [3, 1, 1] as const, placement };
      }
      with() {
        return this;
      }
    }
    const hashes = defineStage({
      name: 's',
      run: (frames) => frames.map((frame) => ({ score: frame.hash() ? 0.3 : 0 })),
    });
    const sv = await start(hashes);
    expect((await sv.run(new Camera())).score).toBe(0.3);
    await sv.close();
  });
  it('holds clips to the limits of the config', async () => {
    const reads = defineStage({
      name: 's',
      run: async (frames) => {
        await frames[0]?.pixels();
        return [{ score: 1 }];
      },
    });
    const sv = await start(reads, { images: { maxPixels: 100 } });
    const clip = createClip({ id: 'clip', frames: [{ at: 0, bytes }] });
    await expect(sv.run({ id: 'clip', clip })).rejects.toMatchObject({ code: 'SV_IMAGE_TOO_MANY_PIXELS' });
    await sv.close();
  });
  it('stops loading the others when one fails', async () => {
    let aborted = false;
    const slow = {
      ...score,
      name: 'slow',
      load: ({ signal }: LoadContext) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            aborted = true;
            reject(signal.reason);
          });
        }),
    };
    const bad = { ...score, name: 'bad', load: () => Promise.reject(new Error('no weights')) };
    const brings = definePlugin({ name: 'p', api: '^1', stages: [slow, bad] });
    const started = createRuntime({ plugins: [brings], cascade: [{ run: ['slow', 'bad'] }] }, { log: silent });
    await expect(started).rejects.toThrow('[p › bad] no weights');
    expect(aborted).toBe(true);
  });
  it('refuses a `parallel` that is no number', async () => {
    await expect(start({ ...score, parallel: () => Number.NaN })).rejects.toMatchObject({ code: 'SV_PLUGIN_INVALID' });
  });
  it('tells how long to wait before the first run has ended', async () => {
    const sv = await start(defineStage({ name: 's', run: () => new Promise<never>(() => undefined) }), {
      budget: { concurrency: 1, queue: 0, ms: 300 },
    });
    const first = sv.run(bytes).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 60));
    const error = (await sv.run(bytes).catch((one) => one)) as { retryAfterMs: number };
    expect(error.retryAfterMs).toBeGreaterThanOrEqual(50);
    await first;
    await sv.close();
  });

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
