import { beforeAll, describe, expect, it, vi } from 'vitest';
import {
  agreement,
  always,
  createClip,
  createRuntime,
  definePlugin,
  defineStage,
  image,
  type Plugin,
  type Runtime,
  type StageOutput,
  silent,
  type UserConfig,
  video,
  weighted,
  window,
} from '../../src/index.js';
import { picture } from './picture.js';

let bytes: Uint8Array;
beforeAll(async () => {
  bytes = await picture();
});

const says = <const Name extends string>(name: Name, output: number | StageOutput) =>
  defineStage({
    name,
    maxBatch: 4,
    run: (frames) => frames.map(() => (typeof output === 'number' ? { score: output } : output)),
  });
// biome-ignore lint/suspicious/noExplicitAny: tests mix plugins freely
const plugin = (name: string, rest: Partial<Plugin<any>> = {}) => definePlugin<any>({ name, api: '^1', ...rest });
const stages = plugin('models', {
  stages: [
    says('small', 0.6),
    says('sure', 0.95),
    says('low', 0.1),
    defineStage({
      name: 'broken',
      run: () => {
        throw new Error('no memory');
      },
    }),
    defineStage({ name: 'hangs', run: () => new Promise<never>(() => undefined) }),
    defineStage({ name: 'clips', accepts: ['video'], run: (frames) => frames.map(() => ({ score: 0.9 })) }),
    says('unsure', { score: 0.5, abstained: true }),
  ],
});
const withRuntime = async <T>(
  config: Omit<UserConfig, 'plugins'> & { plugins?: Plugin[] },
  use: (sv: Runtime) => Promise<T>,
) => {
  const sv = await createRuntime({ ...config, plugins: [stages, ...(config.plugins ?? [])] }, { log: silent });
  try {
    return await use(sv);
  } finally {
    await sv.close();
  }
};
const run = (config: Parameters<typeof withRuntime>[0]) =>
  withRuntime(config, (sv) => sv.run({ id: 'street.jpg', bytes }));
const failure = (config: Parameters<typeof withRuntime>[0]) =>
  run(config).then(
    () => ({ code: 'no failure', message: '' }),
    ({ code, message }: { code: string; message: string }) => ({ code, message }),
  );

describe('steps', () => {
  it('go on until a rule says stop', async () => {
    const result = await run({
      cascade: [{ run: 'small', exit: window(0.2, 0.8) }, { run: 'sure', exit: window(0.2, 0.8) }, { run: 'low' }],
    });
    expect(result).toMatchObject({
      score: 0.95,
      label: 'positive',
      exit: { after: 'sure', step: 1, reason: 'score 0.950 outside (0.2, 0.8)' },
      trace: [
        { stage: 'small', step: 0, plugin: 'models', status: 'answered', score: 0.6 },
        { stage: 'sure', step: 1, status: 'answered', score: 0.95 },
      ],
    });
    expect(result.ms).toBeGreaterThan(0);
  });
  it('end with the last that answered', async () => {
    expect((await run({ cascade: [{ run: 'small' }] })).exit).toEqual({
      after: 'small',
      step: 0,
      reason: 'end of cascade',
    });
  });
  it('run stages side by side and fuse them, in the order of the config', async () => {
    const result = await run({ cascade: [{ run: ['sure', 'small'], exit: agreement(2) }] });
    expect(result.score).toBeCloseTo(0.775, 12);
    expect(result.exit).toMatchObject({ after: 'sure+small', reason: '2 stages agree on positive' });
    expect(result.trace.map(({ stage }) => stage)).toEqual(['sure', 'small']);
  });
  it('are skipped by `when`, with the reason in the trace', async () => {
    const { trace, exit } = await run({
      cascade: [
        { run: 'low', when: video },
        { run: 'small', when: image },
      ],
    });
    expect(exit.after).toBe('small');
    expect(trace[0]).toMatchObject({ stage: 'low', status: 'skipped', reason: 'when: video' });
  });
  it('show a clip by its middle to stages for pictures, and whole to stages for clips', async () => {
    const clip = createClip({ id: 'clip', frames: [0, 1, 2].map((at) => ({ at, bytes })) });
    await withRuntime({ cascade: [{ run: 'small' }, { run: 'clips' }] }, async (sv) => {
      expect((await sv.run({ id: 'clip', clip })).exit.after).toBe('clips');
      const { trace } = await sv.run(bytes);
      expect(trace[1]).toMatchObject({ status: 'skipped', reason: 'takes clips, the frame is a picture' });
    });
  });
  it('leave an abstention out of the verdict, but in the trace', async () => {
    const { score, trace } = await run({ cascade: [{ run: ['small', 'unsure'] }] });
    expect(score).toBe(0.6);
    expect(trace[1]).toMatchObject({ stage: 'unsure', status: 'abstained', score: null });
  });
  it('refuse weights for a stage that nobody brings, and a fusion that leaves everyone out', async () => {
    expect(await failure({ cascade: [{ run: 'small', fuse: weighted({ smal: 1 }) }] })).toMatchObject({
      code: 'SV_CONFIG_STAGE_UNKNOWN',
      message: expect.stringMatching(/^cascade\[0\]\.fuse: no stage is named `smal`\. Did you mean `small`/),
    });
    expect(await failure({ cascade: [{ run: 'small', fuse: weighted({ low: 1 }) }] })).toMatchObject({
      code: 'SV_HOOK_RESULT',
    });
  });
  it('answer with the classes of the task, also by an exit that decides', async () => {
    const task = { name: 't', classes: ['clear', 'roadwork'] as const, positive: 'roadwork', threshold: 0.7 };
    expect(await run({ task, cascade: [{ run: 'small' }] })).toMatchObject({
      label: 'clear',
      scores: { roadwork: 0.6, clear: 0.4 },
    });
    const decides = await run({ task, cascade: [{ run: 'small', exit: () => ({ reason: 'sign read', score: 1 }) }] });
    expect(decides).toMatchObject({ label: 'roadwork', score: 1, exit: { reason: 'sign read' } });
  });
});

describe('abstentions', () => {
  it('of everyone are no answer', async () => {
    expect(await failure({ cascade: [{ run: 'unsure' }] })).toMatchInlineSnapshot(`
      {
        "code": "SV_NO_ANSWER",
        "message": "Nobody decided on \`street.jpg\`: unsure abstained. End the cascade with a step that always runs, never abstains and does not skip on errors.",
      }
    `);
  });
  it('of a whole step leave the answer with the step before, whose rules are not asked again', async () => {
    const rule = vi.fn();
    const { exit, score } = await run({ cascade: [{ run: 'small' }, { run: 'unsure', exit: rule }] });
    expect([exit.after, score]).toEqual(['small', 0.6]);
    expect(rule).not.toHaveBeenCalled();
  });
});

describe('onError', () => {
  it('fail: the error bears the names of plugin and stage', async () => {
    expect(await failure({ cascade: [{ run: 'broken' }] })).toEqual({
      code: 'SV_STAGE_FAILED',
      message: '[models › broken] no memory',
    });
  });
  it('skip: the cascade goes on, and the trace says why', async () => {
    const { trace, exit } = await run({
      cascade: [{ run: 'broken', onError: 'skip', exit: always() }, { run: 'low' }],
    });
    expect(exit.after).toBe('low');
    expect(trace[0]).toMatchObject({
      status: 'failed',
      code: 'SV_STAGE_FAILED',
      reason: '[models › broken] no memory',
    });
  });
  it('skip: the other stage of the step still counts', async () => {
    expect((await run({ cascade: [{ run: ['broken', 'sure'], onError: 'skip' }] })).score).toBe(0.95);
  });
  it('use: another stage answers', async () => {
    const { exit, score } = await run({ cascade: [{ run: 'broken', onError: { use: 'low' } }] });
    expect([exit.after, score]).toEqual(['broken', 0.1]);
    expect(await failure({ cascade: [{ run: 'broken', onError: { use: 'hangs' }, timeoutMs: 20 }] })).toMatchObject({
      code: 'SV_STAGE_TIMEOUT',
    });
  });
  it('fail: is told at once, whatever the neighbour takes', async () => {
    const began = performance.now();
    expect((await failure({ cascade: [{ run: ['hangs', 'broken'] }], budget: { ms: 5_000 } })).code).toBe(
      'SV_STAGE_FAILED',
    );
    expect(performance.now() - began).toBeLessThan(4_000);
  });
  it('use: a stand-in that does not take the frame leaves the failure', async () => {
    expect((await failure({ cascade: [{ run: 'broken', onError: { use: 'clips' } }, { run: 'low' }] })).message).toBe(
      '[models › broken] no memory',
    );
    expect(await failure({ cascade: [{ run: ['broken', 'low'], onError: { use: 'low' } }] })).toMatchObject({
      code: 'SV_CONFIG_INVALID',
    });
  });
  it('nobody answers: the error lists what became of each', async () => {
    expect(await failure({ cascade: [{ run: 'broken', onError: 'skip' }, { run: 'clips' }] })).toMatchInlineSnapshot(`
      {
        "code": "SV_NO_ANSWER",
        "message": "Nobody decided on \`street.jpg\`: broken failed ([models › broken] no memory), clips skipped (takes clips, the frame is a picture). End the cascade with a step that always runs, never abstains and does not skip on errors.",
      }
    `);
  });
  it('a picture that cannot be read fails the run, whatever onError says', async () => {
    const reads = plugin('reads', {
      stages: [
        defineStage({
          name: 'reads',
          run: async (frames) => {
            await Promise.all(frames.map((frame) => frame.pixels()));
            return frames.map(() => ({ score: 1 }));
          },
        }),
      ],
    });
    await withRuntime(
      { plugins: [reads], cascade: [{ run: 'reads', onError: 'skip' }, { run: 'low' }] },
      async (sv) => {
        await expect(sv.run(bytes.subarray(0, 200))).rejects.toMatchObject({ code: 'SV_IMAGE_CORRUPT' });
        expect((await sv.run(bytes)).exit.after).toBe('low');
      },
    );
  });
});

describe('time', () => {
  it('timeoutMs gives a hanging stage up, and the next run works', async () => {
    const hang = { run: 'hangs', timeoutMs: 20, onError: 'skip' } as const;
    await withRuntime({ cascade: [hang, { run: 'low' }] }, async (sv) => {
      for (let i = 0; i < 3; i++) {
        const { trace } = await sv.run(bytes);
        expect(trace).toMatchObject([{ status: 'late', code: 'SV_STAGE_TIMEOUT' }, { status: 'answered' }]);
      }
    });
  });
  it('a spent budget answers with what is known', async () => {
    const { score, exit, trace } = await run({ cascade: [{ run: 'small' }, { run: 'hangs' }], budget: { ms: 40 } });
    expect({ score, exit }).toEqual({ score: 0.6, exit: { after: 'small', step: 0, reason: 'budget of 40 ms spent' } });
    expect(trace[1]).toMatchObject({ status: 'late', code: 'SV_DEADLINE' });
  });
  it('or fails, as configured, or because nothing is known', async () => {
    const cascade = [{ run: 'small' }, { run: 'hangs' }];
    expect(await failure({ cascade, budget: { ms: 40, onExceeded: 'fail' } })).toMatchObject({ code: 'SV_DEADLINE' });
    expect(await failure({ cascade: [{ run: 'hangs' }], budget: { ms: 40 } })).toMatchObject({ code: 'SV_DEADLINE' });
  });
  it('a caller may give up, before and during', async () => {
    await withRuntime({ cascade: [{ run: 'hangs' }] }, async (sv) => {
      await expect(sv.run(bytes, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'SV_ABORTED' });
      await expect(sv.run(bytes, { signal: AbortSignal.timeout(20) })).rejects.toMatchObject({ code: 'SV_ABORTED' });
      await expect(sv.run(bytes, { timeoutMs: 20 })).rejects.toMatchObject({ code: 'SV_DEADLINE' });
    });
  });
  it('a spent budget answers with what is known also while a hook is pending', async () => {
    const slow = (exit: (signal: AbortSignal) => Promise<undefined>) =>
      run({
        plugins: [plugin('slow', { hooks: { exit: (_verdict, _evidence, { signal }) => exit(signal) } })],
        cascade: [{ run: 'small' }],
        budget: { ms: 30 },
      });
    const known = { score: 0.6, exit: { after: 'small', reason: 'budget of 30 ms spent' } };
    expect(await slow(() => new Promise(() => undefined))).toMatchObject(known);
    const obeys = (signal: AbortSignal) =>
      new Promise<undefined>((_, reject) =>
        signal.addEventListener('abort', () => reject(new DOMException('stop', 'AbortError'))),
      );
    expect(await slow(obeys)).toMatchObject(known);
  });
  it('a result that ends on the deadline is rewritten by plugins all the same, or not given', async () => {
    const redacts = (how: () => Promise<void>) =>
      run({
        plugins: [
          plugin('late', {
            hooks: {
              exit: () => new Promise<never>(() => undefined),
              postprocess: async (result) => {
                await how();
                return { ...result, label: 'redacted' };
              },
            },
          }),
        ],
        cascade: [{ run: 'small' }],
        budget: { ms: 30 },
      });
    expect(await redacts(async () => undefined)).toMatchObject({ score: 0.6, label: 'redacted' });
    await expect(redacts(() => new Promise<never>(() => undefined))).rejects.toMatchObject({ code: 'SV_DEADLINE' });
  });
  it.each(['preprocess', 'fuse', 'exit'] as const)(
    '%s that obeys the signal leaves the reason of the abort',
    async (hook) => {
      const obeys = (...args: unknown[]) => {
        const { signal } = args.at(-1) as { signal: AbortSignal };
        return new Promise<undefined>((_, reject) =>
          signal.addEventListener('abort', () => reject(new DOMException('stop', 'AbortError'))),
        );
      };
      const waits = plugin('waits', { hooks: { [hook]: obeys } });
      await withRuntime({ plugins: [waits], cascade: [{ run: 'small' }] }, async (sv) => {
        await expect(sv.run(bytes, { signal: AbortSignal.timeout(20) })).rejects.toMatchObject({ code: 'SV_ABORTED' });
      });
      if (hook !== 'exit') {
        expect(await failure({ plugins: [waits], cascade: [{ run: 'small' }], budget: { ms: 20 } })).toMatchObject({
          code: 'SV_DEADLINE',
        });
      }
    },
  );
  it('a step timeout reaches whoever answers for a stage, and the model is not asked in vain', async () => {
    const model = vi.fn((frames: readonly unknown[]) => frames.map(() => ({ score: 1 })));
    let aborted = false;
    const tap = plugin('tap', {
      stages: [defineStage({ name: 'asked', run: model })],
      hooks: {
        stage: ({ stage, signal }) =>
          stage === 'asked'
            ? new Promise<undefined>((resolve) =>
                signal.addEventListener('abort', () => {
                  aborted = true;
                  resolve(undefined);
                }),
              )
            : undefined,
      },
    });
    const { trace } = await run({
      plugins: [tap],
      cascade: [{ run: 'asked', timeoutMs: 20, onError: 'skip' }, { run: 'low' }],
    });
    expect(trace[0]).toMatchObject({ status: 'late' });
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect([aborted, model.mock.calls.length]).toEqual([true, 0]);
  });
  it('a lone frame does not wait for company beyond its timeout', async () => {
    const waits = plugin('waits', {
      stages: [
        defineStage({
          name: 'waits',
          maxBatch: 4,
          maxDelayMs: 60_000,
          run: (frames) => frames.map(() => ({ score: 0.2 })),
        }),
      ],
    });
    expect((await run({ plugins: [waits], cascade: [{ run: 'waits', timeoutMs: 60 }] })).score).toBe(0.2);
  });
  it.each([Number.NaN, -1, 0])('a timeoutMs of %s is refused', async (timeoutMs) => {
    await withRuntime({ cascade: [{ run: 'low' }] }, async (sv) => {
      await expect(sv.run(bytes, { timeoutMs })).rejects.toMatchObject({ code: 'SV_INPUT_INVALID' });
      expect((await sv.run(bytes, { timeoutMs: 3e9 })).score).toBe(0.1);
    });
  });
  it('a hook that hangs cannot outlive the deadline', async () => {
    const hangs = plugin('hangs', { hooks: { fuse: () => new Promise<never>(() => undefined) } });
    expect(await failure({ plugins: [hangs], cascade: [{ run: 'small' }], budget: { ms: 20 } })).toMatchObject({
      code: 'SV_DEADLINE',
    });
  });
});

describe('hooks', () => {
  it('rewrite, answer, refine, decide and observe', async () => {
    const seen = vi.fn();
    const all = plugin('all', {
      hooks: {
        preprocess: (frame) => frame.with({ id: 'renamed' }),
        stage: ({ stage }) => (stage === 'hangs' ? { score: 0.7 } : undefined),
        fuse: (verdict) => ({ ...verdict, score: verdict.score / 2 }),
        exit: ({ score }) => (score < 0.4 ? { reason: 'low enough' } : undefined),
        postprocess: (result) => ({ ...result, label: 'changed' }),
        onResult: (result) => seen(result.label),
      },
    });
    const result = await run({ plugins: [all], cascade: [{ run: 'hangs' }, { run: 'low' }] });
    expect(result).toMatchObject({ input: 'renamed', score: 0.35, label: 'changed', exit: { reason: 'low enough' } });
    expect(result.trace).toMatchObject([{ stage: 'hangs', plugin: 'all' }]);
    expect(seen).toHaveBeenCalledWith('changed');
  });
  it('a failing observer is reported and spares the others and the result', async () => {
    const error = vi.fn();
    const others = vi.fn();
    const bad = plugin('bad', {
      hooks: {
        onResult: () => {
          throw new Error('sink down');
        },
      },
    });
    const good = plugin('good', { hooks: { onResult: others } });
    const sv = await createRuntime(
      { plugins: [stages, bad, good], cascade: [{ run: 'low' }] },
      { log: { ...silent, error } },
    );
    expect((await sv.run(bytes)).score).toBe(0.1);
    await sv.close();
    expect(error).toHaveBeenCalledWith('[bad › onResult] sink down', { plugin: 'bad', hook: 'onResult' });
    expect(others).toHaveBeenCalledTimes(1);
  });
  it('an observer that hangs holds up neither the runs nor close', async () => {
    const error = vi.fn();
    vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
    try {
      const hangs = plugin('hangs', { hooks: { onResult: () => new Promise<never>(() => undefined) } });
      const sv = await createRuntime(
        { plugins: [stages, hangs], cascade: [{ run: 'low' }] },
        { log: { ...silent, error } },
      );
      for (let i = 0; i < 256; i++) await sv.run(bytes);
      const more = sv.run({ id: 'one more', bytes });
      await vi.advanceTimersByTimeAsync(2_000);
      expect((await more).score).toBe(0.1);
      // The wait was in vain: nobody waits again until an observer finishes.
      expect((await sv.run({ id: 'at once', bytes })).score).toBe(0.1);
      const closed = sv.close();
      await vi.advanceTimersByTimeAsync(20_000);
      await closed;
    } finally {
      vi.useRealTimers();
    }
    const told = error.mock.calls.map(([message]) => message).filter((message) => message.startsWith('onResult'));
    expect(told).toEqual([
      'onResult: 256 results are still being observed; `one more` is not shown.',
      'onResult: 256 results are still being observed; `at once` is not shown.',
      'onResult: closed while 256 results were still being observed.',
    ]);
  });
  it('a `when` that is asynchronous is a named error', async () => {
    const when = (async () => false) as never;
    expect(await failure({ cascade: [{ run: 'low', when }] })).toMatchInlineSnapshot(`
      {
        "code": "SV_HOOK_RESULT",
        "message": "[cascade[0].when] expected true or false, got object. A \`when\` answers at once: it is not asynchronous.",
      }
    `);
  });
  it.each([
    ['null', () => null, 'SV_HOOK_RESULT'],
    ['NaN', () => ({ score: Number.NaN, boxes: [] }), 'SV_HOOK_RESULT'],
    ['a NaN among the classes', () => ({ score: 1, scores: { a: Number.NaN }, boxes: [] }), 'SV_HOOK_RESULT'],
    [
      'a foreign code',
      async () => {
        throw Object.assign(new Error('oh'), { code: 'SV_MINE' });
      },
      'SV_HOOK_FAILED',
    ],
    [
      'a throw',
      () => {
        throw new TypeError('x is undefined');
      },
      'SV_HOOK_FAILED',
    ],
    [
      'a rejection',
      async () => {
        throw new TypeError('x is undefined');
      },
      'SV_HOOK_FAILED',
    ],
  ])('%s is an error with the name of plugin and hook', async (_name, handler, code) => {
    const bad = plugin('bad', { hooks: { fuse: handler as never } });
    const error = await failure({ plugins: [bad], cascade: [{ run: 'low' }] });
    expect(error.code).toBe(code);
    expect(error.message).toMatch(/^\[bad › fuse\]/);
  });
  it('raw taps of setup are attributed too, sync, async and with a callback', async () => {
    const order: string[] = [];
    const raw = plugin('raw', {
      setup({ hooks }) {
        hooks.fuse.tap('sync', (verdict) => {
          order.push('sync');
          return verdict;
        });
        hooks.fuse.tapAsync('callback', (verdict, _evidence, _ctx, done) => {
          order.push('callback');
          done(null, verdict);
        });
        hooks.fuse.tapPromise('promise', async () => {
          order.push('promise');
          throw new Error('oh');
        });
      },
    });
    expect((await failure({ plugins: [raw], cascade: [{ run: 'low' }] })).message).toBe('[raw › fuse] oh');
    expect(order).toEqual(['sync', 'callback', 'promise']);
  });
  it('order: pre before, post after, whatever the order of the config', async () => {
    const order: string[] = [];
    const noting = (name: string, at?: 'pre' | 'post') => {
      const handler = () => void order.push(name);
      return plugin(name, { hooks: { exit: at ? { order: at, handler } : handler } });
    };
    await run({ plugins: [noting('post', 'post'), noting('plain'), noting('pre', 'pre')], cascade: [{ run: 'low' }] });
    expect(order).toEqual(['pre', 'plain', 'post']);
  });
  it('ready in order, close in reverse, and a failing close spares the others', async () => {
    const order: string[] = [];
    const living = (name: string) =>
      plugin(name, {
        setup({ hooks }) {
          hooks.ready.tap(name, () => void order.push(`ready ${name}`));
          hooks.close.tap(name, () => {
            order.push(`close ${name}`);
            if (name === 'b') throw new Error('stuck');
          });
        },
      });
    await run({ plugins: [living('a'), living('b'), living('c')], cascade: [{ run: 'low' }] });
    expect(order).toEqual(['ready a', 'ready b', 'ready c', 'close c', 'close b', 'close a']);
  });
});
