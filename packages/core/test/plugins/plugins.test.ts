import { describe, expect, it } from 'vitest';
import type { Plugin } from '../../src/index.js';
import { orderPlugins } from '../../src/plugins/order.js';
import { collectStages, requireStage } from '../../src/plugins/stages.js';
import { validatePlugin } from '../../src/plugins/validate.js';

const plugin = (name: string, rest: Partial<Plugin> = {}): Plugin => ({ name, api: '^1', ...rest });
const names = (plugins: readonly Plugin[]) => plugins.map(({ name }) => name);
const stage = (name: string) => ({ name, run: () => [] });

describe('order', () => {
  it('keeps the order of the config', () => {
    expect(names(orderPlugins([plugin('b'), plugin('a')]))).toEqual(['b', 'a']);
  });
  it('puts pre first, post last, and follows after where the other is present', () => {
    const plugins = [
      plugin('late', { order: 'post' }),
      plugin('b', { after: ['a', 'absent'] }),
      plugin('a'),
      plugin('early', { order: 'pre' }),
    ];
    expect(names(orderPlugins(plugins))).toEqual(['early', 'a', 'b', 'late']);
  });
  it('names the ring', () => {
    const ring = [plugin('a', { after: ['b'] }), plugin('b', { after: ['c'] }), plugin('c', { after: ['a'] })];
    expect(() => orderPlugins(ring)).toThrowErrorMatchingInlineSnapshot(
      `[SvError: Plugins wait for each other: a → b → c → a. Remove one of the \`after\` entries of this ring.]`,
    );
  });
  it('names a missing peer and a double', () => {
    expect(() => orderPlugins([plugin('a', { requires: ['sv-plugin-x'] })])).toThrowErrorMatchingInlineSnapshot(
      `[SvError: \`a\` requires \`sv-plugin-x\`, which is not in the config. npm install sv-plugin-x, then add it to \`plugins\`.]`,
    );
    expect(() => orderPlugins([plugin('a'), plugin('a')])).toThrowErrorMatchingInlineSnapshot(
      `[SvError: Two plugins are named \`a\`. Remove one, or give one of them another name.]`,
    );
  });
});

describe('stages', () => {
  const stages = collectStages([plugin('@streetvision/plugin-dinov3', { stages: [stage('dinov3')] })]);
  it('refuses a name twice', () => {
    expect(() =>
      collectStages([plugin('a', { stages: [stage('x')] }), plugin('b', { stages: [stage('x')] })]),
    ).toThrowErrorMatchingInlineSnapshot(
      `[SvError: Stage \`x\` comes from \`a\` and from \`b\`. Rename one: most stage plugins take a \`name\` option.]`,
    );
  });
  it('suggests the stage that was meant, and where it comes from', () => {
    expect(() => requireStage('dinov33', stages, 'cascade[1].run')).toThrowErrorMatchingInlineSnapshot(
      `[SvError: cascade[1].run: no stage is named \`dinov33\`. Did you mean \`dinov3\` (from \`@streetvision/plugin-dinov3\`)? Stages at hand: dinov3.]`,
    );
  });
});

describe('validate', () => {
  const refused = (value: unknown) => {
    try {
      validatePlugin(value, 'plugins[0]');
    } catch (error) {
      return (error as Error).message;
    }
    return 'accepted';
  };
  it('takes a whole plugin', () => {
    expect(
      refused(plugin('a', { stages: [stage('x')], hooks: { exit: { order: 'pre', handler: () => undefined } } })),
    ).toBe('accepted');
  });
  it('explains each likely mistake', () => {
    function dinov3() {}
    expect({
      'factory not called': refused(dinov3),
      'not an object': refused(42),
      'no name': refused({ api: '^1' }),
      'unknown key': refused({ ...plugin('a'), stage: [] }),
      'no api': refused({ name: 'a' }),
      'another api': refused(plugin('a', { api: '^2' })),
      'unknown hook': refused({ ...plugin('a'), hooks: { onResults: () => {} } }),
      'hook without handler': refused({ ...plugin('a'), hooks: { exit: { order: 'pre' } } }),
      'hook with a strange order': refused({ ...plugin('a'), hooks: { exit: { order: 'first', handler: () => {} } } }),
      'hook that is null': refused({ ...plugin('a'), hooks: { exit: null } }),
      'stages that are no list': refused({ ...plugin('a'), stages: {} }),
      'unknown key of a stage': refused({ ...plugin('a'), stages: [{ ...stage('x'), maxbatch: 4 }] }),
      'name of core': refused(plugin('@streetvision/core')),
      'stage without run': refused({ ...plugin('a'), stages: [{ name: 'x' }] }),
    }).toMatchInlineSnapshot(`
      {
        "another api": "plugins[0] (a) was built for plugin API ^2; this core has 1.0.0. Install a matching version: npm install a@latest @streetvision/core@latest.",
        "factory not called": "plugins[0]: got the function \`dinov3\`, expected a plugin object. Call the factory: dinov3().",
        "hook that is null": "plugins[0] (a): hook \`exit\` is null, expected a function or { order, handler }.",
        "hook with a strange order": "plugins[0] (a): order of hook \`exit\` is "first", expected 'pre' or 'post'.",
        "hook without handler": "plugins[0] (a): hook \`exit\` is object, expected a function or { order, handler }.",
        "name of core": "plugins[0]: \`@streetvision/core\` is the name of core itself. Give the plugin its own name.",
        "no api": "plugins[0] (a): \`api\` is undefined, expected a version range. Write api: '^1'.",
        "no name": "plugins[0]: the plugin has no name. Give it the npm name of its package; an inline plugin any name.",
        "not an object": "plugins[0]: got number, expected a plugin object. A plugin is what definePlugin({ name, api, … }) returns.",
        "stage without run": "plugins[0] (a): a stage needs a name and a run function.",
        "stages that are no list": "plugins[0] (a): \`stages\` is object, expected a list.",
        "unknown hook": "plugins[0] (a): there is no hook \`onResults\`. Did you mean \`onResult\`? Hooks are preprocess, stage, fuse, exit, postprocess, onResult.",
        "unknown key": "plugins[0] (a): unknown key \`stage\`. Did you mean \`stages\`?",
        "unknown key of a stage": "plugins[0] (a): stage \`x\` has the unknown key \`maxbatch\`. Did you mean \`maxBatch\`?",
      }
    `);
  });
});
