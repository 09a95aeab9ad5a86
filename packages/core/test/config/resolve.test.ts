import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.js';
import { resolveConfig } from '../../src/config/resolve.js';
import type { RunContext, StageRun, Verdict } from '../../src/types/index.js';
import { failure, folder } from './folder.js';

const NOTHING = { plugins: [], cascade: [{ run: 'a' }] };
const FACTORY = `export default (options) => ({ name: 'mine', api: '^1', version: JSON.stringify(options) });`;
const TASK = { name: 't', classes: ['yes', 'no'], positive: 'yes' };

it('fills in the defaults', async () => {
  expect(await resolveConfig(NOTHING, { dir: '/x' })).toEqual({
    task: undefined,
    plugins: [],
    cascade: [{ run: 'a' }],
    budget: { ms: Infinity, concurrency: Math.max(2, availableParallelism()), queue: 64, onExceeded: 'answer' },
    engine: {},
    models: {},
    images: {},
    dir: '/x',
  });
});

it('guards a config that no file was loaded for', async () => {
  expect(await failure('', () => resolveConfig({ plugins: [], cascade: [{}] }, { dir: '.' }))).toMatchInlineSnapshot(`
    "SV_CONFIG_INVALID: The config has 1 mistake:
      cascade[0].run: expected the name of a stage, or a list of them, received nothing."
  `);
});

describe('plugins', () => {
  const inline = { name: 'inline', api: '^1' };

  it('objects, falsy entries, promises, packages and files, in the order of the config', async () => {
    const dir = await folder({
      'node_modules/@s/p/package.json':
        '{ "name": "@s/p", "type": "module", "exports": { ".": { "import": "./i.js" } } }',
      'node_modules/@s/p/i.js': FACTORY,
      'local/plugin.ts': `import type { X } from './x.ts';\nexport default async (o: X) => ({ name: 'local', api: '^1' });`,
      'object.mjs': `export default { name: 'object', api: '^1' };`,
    });
    const plugins = [
      false,
      ['@s/p', { a: 1 }],
      null,
      inline,
      './local/plugin.ts',
      '',
      Promise.resolve({ ...inline, name: 'late' }),
      './object.mjs',
    ];
    const resolved = await resolveConfig({ ...NOTHING, plugins }, { dir });
    expect(resolved.plugins.map(({ name }) => name)).toEqual(['mine', 'inline', 'local', 'late', 'object']);
    expect(resolved.plugins[0]?.version).toBe('{"a":1}');
    expect(resolved.plugins[1]).toBe(inline);
  });

  it('a package is looked for from the folder of the config upwards', async () => {
    const root = await folder({
      'node_modules/p/package.json': '{ "name": "p", "main": "./i.cjs" }',
      'node_modules/p/i.cjs': `module.exports = () => ({ name: 'p', api: '^1' });`,
      'a/b/sv.config.json': JSON.stringify({ ...NOTHING, plugins: ['p'] }),
    });
    const { config, dir } = await loadConfig({ cwd: join(root, 'a/b') });
    expect((await resolveConfig(config, { dir })).plugins[0]?.name).toBe('p');
  });

  it('mistakes', async () => {
    const dir = await folder({
      'class.mjs': 'export default class Mine {}',
      'named.mjs': 'export const dinov3 = () => 1; export const SIZES = {};',
      'empty.mjs': '',
      'object.mjs': `export default { name: 'object', api: '^1' };`,
      'unnamed.mjs': `export default () => ({ api: '^1' });`,
      'nothing.mjs': 'export default () => undefined;',
      'broken.ts': 'export default {',
      'throws.mjs': `export default () => {\n  throw new Error('head is required');\n};`,
    });
    const seen = async (...plugins: unknown[]) => failure(dir, () => resolveConfig({ ...NOTHING, plugins }, { dir }));
    expect(await seen(inline, 'sv-plugin-gone')).toMatchInlineSnapshot(
      `"SV_PLUGIN_NOT_FOUND: plugins[1]: the package \`sv-plugin-gone\` is not installed in <dir> or above it. Run \`npm install sv-plugin-gone\`; a local file starts with \`./\`."`,
    );
    expect(await seen('./gone.ts')).toMatchInlineSnapshot(
      `"SV_PLUGIN_NOT_FOUND: plugins[0]: there is no file <dir>/gone.ts. Paths start from <dir>."`,
    );
    expect(await seen('./class.mjs')).toMatchInlineSnapshot(
      `"SV_PLUGIN_INVALID: plugins[0] (./class.mjs): the export is a class, expected a function that returns a plugin object. Write \`export default (options) => definePlugin({ … })\`."`,
    );
    expect(await seen('./named.mjs')).toMatchInlineSnapshot(
      `"SV_PLUGIN_INVALID: plugins[0] (./named.mjs): the default export is missing; the module exports \`SIZES\`, \`dinov3\`. Add \`export default dinov3\` there, or import \`dinov3\` in a config written as .ts or .js."`,
    );
    expect(await seen('./empty.mjs')).toMatchInlineSnapshot(
      `"SV_PLUGIN_INVALID: plugins[0] (./empty.mjs): the module exports nothing. Export a function that returns the plugin as the default."`,
    );
    expect(await seen(['./object.mjs', { a: 1 }])).toMatchInlineSnapshot(
      `"SV_PLUGIN_INVALID: plugins[0] (./object.mjs): takes no options, since it exports an object and not a factory. Write the name alone, or export a function of the options that returns the plugin."`,
    );
    expect(await seen('./unnamed.mjs')).toMatchInlineSnapshot(
      `"SV_PLUGIN_INVALID: plugins[0]: the plugin has no name. Give it the npm name of its package; an inline plugin any name."`,
    );
    expect(await seen('./nothing.mjs')).toMatchInlineSnapshot(
      `"SV_PLUGIN_INVALID: plugins[0] (./nothing.mjs): its factory returned nothing, expected a plugin object. Return the object that definePlugin returns."`,
    );
    expect(await seen('./broken.ts')).toMatchInlineSnapshot(
      `"SV_CONFIG_LOAD: broken.ts:1:17: Unexpected token. Correct the syntax there."`,
    );
    expect(await seen('./throws.mjs')).toMatchInlineSnapshot(
      `"SV_PLUGIN_INVALID: plugins[0] (./throws.mjs): head is required"`,
    );
    expect(await seen(false, function dinov3() {})).toMatchInlineSnapshot(
      `"SV_PLUGIN_INVALID: plugins[1]: got the function \`dinov3\`, expected a plugin object. Call the factory: dinov3()."`,
    );
    expect(await seen(class Dinov3 {})).toMatchInlineSnapshot(
      `"SV_PLUGIN_INVALID: plugins[0]: the export is a class, expected a function that returns a plugin object. Write \`export default (options) => definePlugin({ … })\`."`,
    );
    expect(await seen([inline, inline])).toMatchInlineSnapshot(
      `"SV_PLUGIN_INVALID: plugins[0]: got a list of 2, expected a plugin or [name, options]. Write several plugins one after the other: \`...preset()\`."`,
    );
    expect(await seen(await import('node:path'))).toMatch(/^SV_PLUGIN_INVALID: plugins\[0\]: got a whole module/);
    expect(await seen({ api: '^1' })).toMatchInlineSnapshot(
      `"SV_PLUGIN_INVALID: plugins[0]: the plugin has no name. Give it the npm name of its package; an inline plugin any name."`,
    );
    expect(await seen(5)).toMatchInlineSnapshot(
      `"SV_PLUGIN_INVALID: plugins[0]: got number, expected a plugin object. A plugin is what definePlugin({ name, api, … }) returns."`,
    );
  });
});

describe('task', () => {
  it('an object, a file, a package with options', async () => {
    const dir = await folder({
      'task.ts': `export default (name = 't') => ({ name, classes: ['yes', 'no'], positive: 'yes' });`,
    });
    const taskOf = async (task: unknown) => (await resolveConfig({ ...NOTHING, task }, { dir })).task;
    expect(await taskOf(TASK)).toEqual(TASK);
    expect(await taskOf('./task.ts')).toEqual(TASK);
    expect(await taskOf(['./task.ts', 'other'])).toEqual({ ...TASK, name: 'other' });
  });

  it('mistakes', async () => {
    const dir = await folder({ 'task.mjs': `export default { name: 't', classes: ['yes'], positive: 'yes' };` });
    const seen = async (task: unknown) => failure(dir, () => resolveConfig({ ...NOTHING, task }, { dir }));
    expect(await seen({ ...TASK, positive: 'roadwork' })).toMatchInlineSnapshot(
      `"SV_TASK_INVALID: task: positive is "roadwork", expected one of yes, no."`,
    );
    expect(await seen({ ...TASK, classes: ['yes', 'no', 'yes'] })).toMatchInlineSnapshot(
      `"SV_TASK_INVALID: task: classes[2] repeats \`yes\`. Name each class once."`,
    );
    expect(await seen('./task.mjs')).toMatchInlineSnapshot(
      `"SV_TASK_INVALID: task (./task.mjs): classes: expected a list of at least 2, received a list of 1. A task is what defineTask({ name, classes, positive }) returns."`,
    );
    expect(await seen('@streetvision/task-gone')).toMatchInlineSnapshot(
      `"SV_TASK_NOT_FOUND: task: the package \`@streetvision/task-gone\` is not installed in <dir> or above it. Run \`npm install @streetvision/task-gone\`; a local file starts with \`./\`."`,
    );
  });
});

describe('rules written as data', () => {
  const stage = (name: string) => ({ name, run: async () => [] });
  const plugins = [{ name: 'p', api: '^1', stages: [stage('a'), stage('b')] }];
  const said = (name: string, score: number): StageRun => ({
    stage: name,
    step: 0,
    by: 'p',
    output: { score },
    ms: { queue: 0, preprocess: 0, compute: 0 },
  });
  const ctx = (deadline = Infinity) => ({ deadline, frame: { kind: 'video' } }) as RunContext;
  const verdict: Verdict = { score: 0.5, boxes: [] };
  const resolved = async (step: object) => {
    const { cascade } = await resolveConfig({ plugins, cascade: [{ run: ['a', 'b'], ...step }] }, { dir: '.' });
    return cascade[0] ?? expect.fail('no step');
  };
  const exits = async (exit: unknown, score: number, deadline?: number) => {
    const rules = (await resolved({ exit })).exit;
    const evidence = [said('a', score), said('b', score)];
    return (Array.isArray(rules) ? rules : []).map((rule) =>
      Boolean(rule({ score, boxes: [] }, evidence, ctx(deadline))),
    );
  };

  it('exit', async () => {
    expect(await exits({ window: [0.2, 0.8] }, 0.5)).toEqual([false]);
    expect(await exits([{ window: [0.2, 0.8] }, 'always', { agreement: 2 }], 0.9)).toEqual([true, true, true]);
    expect(await exits({ agreement: 3 }, 0.9)).toEqual([false]);
    expect(await exits(['budget', { budget: 60_000 }], 0.5, performance.now() + 30_000)).toEqual([false, true]);
  });

  it('fuse and when', async () => {
    const evidence = [said('a', 0.2), said('b', 0.8)];
    const fused = async (fuse: unknown) =>
      (await (await resolved({ fuse })).fuse?.(verdict, evidence, ctx())) as Verdict;
    expect((await fused('mean')).score).toBeCloseTo(0.5);
    expect((await fused('max')).score).toBeCloseTo(0.8);
    expect((await fused({ logOdds: { over: 'all' } })).score).toBeCloseTo(0.5);
    expect((await fused({ weighted: { a: 1, b: 3 } })).score).toBeCloseTo(0.65);
    expect((await resolved({ when: 'video' })).when?.(verdict, [], ctx())).toBe(true);
    expect((await resolved({ when: 'image' })).when?.(verdict, [], ctx())).toBe(false);
  });

  it('a weight of a stage that does not exist', async () => {
    expect(await failure('', () => resolved({ fuse: { weighted: { a: 1, bb: 3 } } }))).toMatchInlineSnapshot(
      `"SV_CONFIG_STAGE_UNKNOWN: cascade[0].fuse.weighted: no stage is named \`bb\`. Did you mean \`b\` (from \`p\`)? Stages at hand: a, b."`,
    );
  });
});
