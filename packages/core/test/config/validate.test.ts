import { describe, expect, it } from 'vitest';
import { agreement, budget, window } from '../../src/cascade/rules/exit.js';
import { mean, weighted } from '../../src/cascade/rules/fuse.js';
import { image } from '../../src/cascade/rules/when.js';
import { validateConfig } from '../../src/config/validate.js';

const check = (config: unknown): string => {
  try {
    validateConfig(config, { path: 'sv.config.ts' });
  } catch (error) {
    return (error as Error).message;
  }
  return 'valid';
};
const steps = (...cascade: unknown[]) => check({ plugins: [], cascade });

it('takes what types allow', () => {
  const plugin = { name: 'a', api: '^1' };
  const config = {
    task: Promise.resolve({ name: 't', classes: ['a', 'b'], positive: 'a' }),
    plugins: [plugin, false, undefined, 'pkg', ['pkg', { a: 1 }], Promise.resolve(plugin)],
    cascade: [
      { run: 'a', when: image, exit: [window(0.1, 0.9), agreement(2), budget()], fuse: mean() },
      { run: ['a', 'b'], when: () => true, fuse: weighted({ a: 1 }), timeoutMs: 5, onError: { use: 'c' } },
    ],
    budget: { ms: 1, concurrency: 1, queue: 0, onExceeded: 'fail' },
    engine: {
      name: 'mine',
      providers: ['cuda', { name: 'cpu', arena: true }],
      profile: 'latency',
      workers: 1,
      threads: 2,
    },
    models: { cache: 'x', offline: true, lock: 'y' },
    images: { maxBytes: 1, maxPixels: 1 },
  };
  expect(check(config)).toBe('valid');
  expect(validateConfig(config)).toBe(config);
});

it('takes what YAML and JSON can write', () => {
  expect(
    check({
      $schema: 'https://…',
      task: ['pkg', {}],
      plugins: ['a', null],
      cascade: [
        { run: 'a', when: 'image', exit: 'always', fuse: 'logOdds' },
        { run: 'a', when: 'video', exit: ['budget', { budget: 3 }, { window: [0.1, 0.9] }, { agreement: 2 }] },
        { run: ['a', 'b'], fuse: { weighted: { a: 1, b: 2 } }, exit: { window: [0, 0] } },
        { run: 'a', fuse: { mean: { over: 'all' } } },
      ],
    }),
  ).toBe('valid');
});

describe('mistakes', () => {
  it('of the config itself', () => {
    expect(check([])).toMatchInlineSnapshot(
      `"sv.config.ts: expected an object, received an empty list. The least is \`{ plugins: [...], cascade: [{ run: "stage" }] }\`; \`sv init\` writes one."`,
    );
    expect(check(undefined)).toMatchInlineSnapshot(
      `"sv.config.ts: expected an object, received nothing. The least is \`{ plugins: [...], cascade: [{ run: "stage" }] }\`; \`sv init\` writes one."`,
    );
    expect(
      check({
        cascade: [],
        budgett: {},
        budget: { ms: -1, concurrency: 1.5, queue: -1, onExceeded: 'no' },
        engine: { providers: ['gpu'], profile: 'latensy', workers: 0 },
        models: { offline: 'yes' },
        images: { maxBytes: 0 },
      }),
    ).toMatchInlineSnapshot(`
      "sv.config.ts has 12 mistakes:
        plugins: expected a list, received nothing.
        cascade: expected a list of steps, received an empty list.
        budget.ms: expected more than 0, received -1.
        budget.concurrency: expected a whole number, received 1.5.
        budget.queue: expected at least 0, received -1.
        budget.onExceeded: expected "answer" or "fail", received "no".
        engine.providers[0]: expected one of cpu, cuda, tensorrt, coreml, dml, webgpu, or { name, … }, received "gpu". Did you mean \`cpu\`?
        engine.profile: expected "latency" or "throughput" or "frugal", received "latensy". Did you mean \`latency\`?
        engine.workers: expected at least 1, received 0.
        models.offline: expected true or false, received "yes".
        images.maxBytes: expected at least 1, received 0.
        there is no \`budgett\`. Did you mean \`budget\`?"
    `);
  });

  it('of steps', () => {
    expect(
      steps(
        { run: 5 },
        { rn: 'a' },
        { run: [] },
        { run: ['a', 'b', 'a'] },
        { run: '' },
        { run: ['a', 4] },
        'x',
        { run: 'a', timeoutMs: 0 },
        { run: 'a', timeoutMs: '900' },
        { run: 'a', timeoutMs: 2 ** 31 },
        { run: 'a', onError: 'skp' },
        { run: 'a', onError: { use: 3 } },
        { run: 'a', onError: { us: 'b' } },
        { run: 'a', when: 'vido' },
        { run: 'a', when: true },
      ),
    ).toMatchInlineSnapshot(`
      "sv.config.ts has 17 mistakes:
        cascade[0].run: expected the name of a stage, or a list of them, received 5.
        cascade[1].run: expected the name of a stage, or a list of them, received nothing.
        cascade[1]: there is no \`rn\`. Did you mean \`run\`?
        cascade[2].run: expected a list of at least 1, received an empty list.
        cascade[4].run: expected the name of a stage, received "".
        cascade[5].run[1]: expected the name of a stage, received 4.
        cascade[6]: expected an object, received "x".
        cascade[7].timeoutMs: expected more than 0, received 0.
        cascade[8].timeoutMs: expected a number, received "900".
        cascade[9].timeoutMs: expected at most 2147483647, received 2147483648.
        cascade[10].onError: expected fail, skip or { use: stage }, received "skp". Did you mean \`skip\`?
        cascade[11].onError.use: expected the name of a stage, received 3.
        cascade[12].onError.use: expected the name of a stage, received nothing.
        cascade[12].onError: there is no \`us\`. Did you mean \`use\`?
        cascade[13].when: expected image, video, or a function of (verdict, evidence, ctx), received "vido". Did you mean \`video\`?
        cascade[14].when: expected image, video, or a function of (verdict, evidence, ctx), received true.
        cascade[3].run[2]: \`a\` is already in this step."
    `);
  });

  it('of rules', () => {
    expect(
      steps(
        { run: 'a', exit: window },
        { run: 'a', exit: [budget] },
        { run: 'a', fuse: mean },
        { run: 'a', exit: { windw: [0, 1] } },
        { run: 'a', exit: { window: [0.9, 0.1] } },
        { run: 'a', exit: [{ window: [0.9, 2] }] },
        { run: 'a', exit: 'alwys' },
        { run: 'a', exit: { window: [0, 1], agreement: 2 } },
        { run: 'a', exit: [] },
        { run: 'a', exit: { agreement: 0 } },
        { run: 'a', fuse: 'men' },
        { run: 'a', fuse: { weighted: { a: -1 } } },
        { run: 'a', fuse: { weighted: {} } },
      ),
    ).toMatchInlineSnapshot(`
      "sv.config.ts has 13 mistakes:
        cascade[0].exit: \`window\` was not called. Write \`window(0.12, 0.88)\`.
        cascade[1].exit[0]: \`budget\` was not called. Write \`budget()\`.
        cascade[2].fuse: \`mean\` was not called. Write \`mean()\`.
        cascade[3].exit: there is no \`windw\`. Did you mean \`window\`?
        cascade[4].exit.window: expected the lower bound first, received [0.9,0.1].
        cascade[5].exit[0].window[1]: expected at most 1, received 2.
        cascade[6].exit: expected an exit rule, or a list of them, received "alwys". Did you mean \`always\`?
        cascade[7].exit: expected one rule, received window and agreement.
        cascade[8].exit: expected a list of at least 1, received an empty list.
        cascade[9].exit.agreement: expected at least 1, received 0.
        cascade[10].fuse: expected a fuse rule, received "men". Did you mean \`mean\`?
        cascade[11].fuse.weighted.a: expected more than 0, received -1.
        cascade[12].fuse.weighted: expected a weight for at least one stage."
    `);
  });

  it('of the task', () => {
    const task = (value: unknown) => check({ plugins: [], cascade: [{ run: 'a' }], task: value });
    expect(task(function roadwork() {})).toMatchInlineSnapshot(`
      "sv.config.ts has 1 mistake:
        task: expected a task, received the function \`roadwork\`. Call it: \`roadwork()\`."
    `);
    expect(task(5)).toMatchInlineSnapshot(`
      "sv.config.ts has 1 mistake:
        task: expected a task, a package name, a path, or [name, options], received 5."
    `);
    expect(task({ name: 'x', classes: ['a'], positive: 'a', treshold: 0.5 })).toMatchInlineSnapshot(`
      "sv.config.ts has 2 mistakes:
        task.classes: expected a list of at least 2, received a list of 1.
        task: there is no \`treshold\`. Did you mean \`threshold\`?"
    `);
  });

  it('never shows the inside of a value', () => {
    const secret = { token: 'hf_secret' };
    const text = check({ plugins: secret, cascade: [{ run: secret, exit: secret }], models: { cache: secret } });
    expect(text).toContain('models.cache');
    expect(text).not.toContain('hf_secret');
  });

  it('stops listing after twenty', () => {
    expect(steps(...Array(30).fill({ run: 5 })).split('\n')).toHaveLength(22);
  });
});
