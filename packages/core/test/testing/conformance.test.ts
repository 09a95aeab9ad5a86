import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { checkGroups } from '../../src/testing/conformance/check-groups.js';
import { runChecks } from '../../src/testing/conformance/run-checks.js';
import type { ConformanceOptions, PluginSource } from '../../src/testing/conformance/subject.js';
import { fakePlugin, fakeStage } from '../../src/testing/index.js';
import type { AnyPlugin, Frame, Stage } from '../../src/types/index.js';
import { brightness, packageJson } from './good-plugin.js';

/** What the suite finds, one line each: `group › title: reason → fix`. */
async function findings(source: PluginSource, options: ConformanceOptions = {}): Promise<string[]> {
  const plugin = await (typeof source === 'function' ? source() : source);
  const found: string[] = [];
  for await (const { status, group, title, reason, fix } of runChecks(checkGroups(source, plugin, options))) {
    if (status === 'failed') found.push(`${group} › ${title}: ${reason}${fix ? ` → ${fix}` : ''}`);
  }
  return found;
}
const withStage = (stage: Partial<Stage>) => fakePlugin({ stages: [{ ...fakeStage(), ...stage }] });
const scoreOf = (frame: Frame) => (frame.bytes.length % 100) / 100;

it('finds nothing in a good plugin', async () => {
  expect(await findings(brightness, { packageJson })).toEqual([]);
});

it('plugins that are not plain objects, leave something behind, or bring the same twice', async () => {
  class Mine {
    name = 'mine';
    api = '^1';
  }
  expect(await findings(new Mine() as AnyPlugin)).toMatchInlineSnapshot(`
    [
      "plugin › is a plain object with a name and an API range that this core satisfies: The plugin is an instance of a class. → Return an object literal: definePlugin({ … }).",
    ]
  `);
  const untidy = () => {
    process.on('SIGUSR2', listener);
    return fakePlugin();
  };
  const listener = () => {};
  expect(await findings(untidy)).toMatchInlineSnapshot(`
    [
      "plugin › is made without side effects: Making the plugin left behind: a listener for SIGUSR2 (2). → Do it in \`setup\`, or in a stage's \`load\`.",
    ]
  `);
  process.removeAllListeners('SIGUSR2');
  const shared = fakePlugin();
  expect(await findings(() => shared)).toMatchInlineSnapshot(`
    [
      "plugin › is made anew by every call of its factory: Two calls of the factory returned the same object. → Two runtimes in one process must not share state.",
    ]
  `);
  expect(await findings(fakePlugin({ stages: [fakeStage(), fakeStage()] }), { load: false })).toMatchInlineSnapshot(`
    [
      "plugin › names what it brings, each once: stages: two are named \`fake\`. → Give each its own name.",
      "cascade › sets up, takes frames with every hook answering as it may, closes, and starts again: Stage \`fake\` comes from \`fake\` and from \`fake\`. → Rename one: most stage plugins take a \`name\` option.",
    ]
  `);
  expect(
    await findings(fakePlugin({ doctor: () => [{ level: 'problem', message: 'no GPU' }] })),
  ).toMatchInlineSnapshot(`
    [
      "plugin › reports findings that say what to do: \`doctor\`: the problem «no GPU» has no fix. → Add \`fix\`: the exact command or edit that mends it.",
    ]
  `);
  const told: unknown[] = [];
  const doctor = (ctx: unknown) => {
    told.push(ctx);
    return [];
  };
  await findings(fakePlugin({ doctor }));
  expect(told).toMatchObject([{ dir: process.cwd(), task: undefined }]);
});

it('stages that say too little, too much, or nonsense', async () => {
  const title = /answers each frame/;
  const first = async (stage: Partial<Stage>) => (await findings(withStage(stage))).find((line) => title.test(line));
  expect(await first({ run: async () => [] })).toMatchInlineSnapshot(
    `"stage fake › answers each frame with scores in [0, 1]: \`run\` returned 0 outputs for 1 frames. → Return one output per frame, in order; { score, abstained: true } for a frame that it does not know."`,
  );
  expect(await first({ run: async (frames) => frames.map(() => ({ score: 1.5 })) })).toMatchInlineSnapshot(
    `"stage fake › answers each frame with scores in [0, 1]: The output for \`test-1.jpeg\` has a score of 1.5. → Every score is a probability in [0, 1]; a box has x, y, width and height in pixels, a label and a score."`,
  );
  expect(await first({ run: async (frames) => frames.map(() => ({ score: Number.NaN })) })).toMatchInlineSnapshot(
    `"stage fake › answers each frame with scores in [0, 1]: The output for \`test-1.jpeg\` has a score of NaN. → Every score is a probability in [0, 1]; a box has x, y, width and height in pixels, a label and a score."`,
  );
  expect(
    await first({ run: async (frames) => frames.map(() => ({ score: 0.5, scores: { a: 2 } })) }),
  ).toMatchInlineSnapshot(
    `"stage fake › answers each frame with scores in [0, 1]: The output for \`test-1.jpeg\` has a score of 2 for \`a\`. → Every score is a probability in [0, 1]; a box has x, y, width and height in pixels, a label and a score."`,
  );
  const box = { x: 0, y: 0, width: -1, height: 2, label: 'cone', score: 0.5 };
  expect(
    await first({ run: async (frames) => frames.map(() => ({ score: 0.5, boxes: [box] })) }),
  ).toMatchInlineSnapshot(
    `"stage fake › answers each frame with scores in [0, 1]: The output for \`test-1.jpeg\` has the box {"x":0,"y":0,"width":-1,"height":2,"label":"cone","score":0.5}. → Every score is a probability in [0, 1]; a box has x, y, width and height in pixels, a label and a score."`,
  );
  const embedding = new Float32Array([Number.NaN]);
  expect(await first({ run: async (frames) => frames.map(() => ({ score: 0.5, embedding })) })).toMatchInlineSnapshot(
    `"stage fake › answers each frame with scores in [0, 1]: The output for \`test-1.jpeg\` has an embedding with a number that is not finite. → Check the preprocessing: a NaN there usually means a division by zero."`,
  );
});

it('stages whose answers depend on order, neighbours, time or each other', async () => {
  const turned: Partial<Stage> = {
    maxBatch: 3,
    run: async (frames) => frames.map((frame) => ({ score: scoreOf(frame) })).reverse(),
  };
  expect(await findings(withStage(turned))).toMatchInlineSnapshot(`
    [
      "stage fake › answers a batch in order, as it answers each frame alone: \`test-1.jpeg\` got another answer in a batch of 3: a score of 0.75 and of 0.98. → Return outputs in the order of the frames, and let none of them depend on its neighbours.",
    ]
  `);
  let calls = 0;
  const drifting: Partial<Stage> = { run: async (frames) => frames.map(() => ({ score: 1 / ++calls })) };
  expect(await findings(withStage(drifting))).toMatchInlineSnapshot(`
    [
      "stage fake › gives the same frame the same answer: \`test-1.jpeg\` got another answer the second time: a score of 1 and of 0.25. → Make it repeatable, or declare \`deterministic: false\` to this suite.",
    ]
  `);
  expect(await findings(withStage(drifting), { deterministic: false })).toEqual([]);
  let current = 0;
  const racing: Partial<Stage> = {
    parallel: 2,
    async run(frames) {
      current = scoreOf(frames[0] as Frame);
      await sleep(5);
      return [{ score: current }];
    },
  };
  expect(await findings(withStage(racing))).toMatchInlineSnapshot(`
    [
      "stage fake › answers batches side by side as one by one: \`test-1.jpeg\` got another answer beside others: a score of 0.75 and of 0.3. → \`parallel\` allows several runs at once: keep nothing of one run where another sees it.",
    ]
  `);
});

it('stages that touch their frames, hang, or do not come back', async () => {
  const painting: Partial<Stage> = {
    async run(frames) {
      for (const frame of frames) frame.bytes[0] = 0;
      return frames.map(() => ({ score: 0.5 }));
    },
  };
  expect(await findings(withStage(painting))).toMatchInlineSnapshot(`
    [
      "stage fake › leaves the frames as they were: \`run\` changed the bytes of its frame. → Frames are shared by all stages: work on a copy.",
    ]
  `);
  const deaf: Partial<Stage> = {
    run: (frames, _state, { signal }) =>
      new Promise((resolve) => {
        if (!signal.aborted) setTimeout(() => resolve(frames.map(() => ({ score: 0.5 }))), 5);
      }),
  };
  expect(await findings(withStage(deaf), { timeoutMs: 200 })).toMatchInlineSnapshot(`
    [
      "stage fake › ends when it is aborted, and goes on: \`run\` did not end within 200 ms. → Bound what it waits for, and end when \`ctx.signal\` is aborted.",
    ]
  `);
  let opened = 0;
  const once: Partial<Stage> = {
    load() {
      if (++opened > 1) throw new Error('port 7000 is taken');
    },
  };
  expect(await findings(withStage(once))).toMatchInlineSnapshot(`
    [
      "stage fake › unloads, and loads again: [fake › fake] port 7000 is taken",
    ]
  `);
  expect(await findings(withStage({ unload: () => new Promise(() => {}) }), { timeoutMs: 100 })).toMatchInlineSnapshot(`
    [
      "stage fake › unloads, and loads again: \`unload\` did not end within 100 ms. → Close what \`load\` opened, and wait for nothing else.",
    ]
  `);
});

it('hooks that answer null, throw, or never answer', async () => {
  const hooks = (given: object) => findings(fakePlugin({ hooks: given }), { timeoutMs: 200 });
  expect(await hooks({ exit: () => null })).toMatchInlineSnapshot(`
    [
      "cascade › sets up, takes frames with every hook answering as it may, closes, and starts again: [fake › exit] expected an exit with a reason or undefined, got null. → Return undefined to say nothing.",
    ]
  `);
  expect(await hooks({ onResult: () => Promise.reject(new Error('no disk')) })).toMatchInlineSnapshot(`
    [
      "cascade › sets up, takes frames with every hook answering as it may, closes, and starts again: A cascade with the plugin logged: [fake › onResult] no disk → Correct the handler that is named; wait in none for what may never come.",
    ]
  `);
  expect(await hooks({ fuse: () => new Promise(() => {}) })).toMatchInlineSnapshot(`
    [
      "cascade › sets up, takes frames with every hook answering as it may, closes, and starts again: A cascade with the plugin did not end within 200 ms. → Correct the handler that is named; wait in none for what may never come.",
    ]
  `);
  expect(await hooks({ onRsult: () => {} })).toMatchInlineSnapshot(`
    [
      "plugin › is a plain object with a name and an API range that this core satisfies: plugin (fake): there is no hook \`onRsult\`. Did you mean \`onResult\`? → Hooks are preprocess, stage, fuse, exit, postprocess, onResult.",
      "cascade › sets up, takes frames with every hook answering as it may, closes, and starts again: plugins[0] (fake): there is no hook \`onRsult\`. Did you mean \`onResult\`? → Hooks are preprocess, stage, fuse, exit, postprocess, onResult.",
    ]
  `);
});

it('packages that cannot be found or bring their own core', async () => {
  const seen = (changes: object) => findings(brightness, { packageJson: { ...packageJson, ...changes }, load: false });
  expect(await seen({ name: 'other' })).toMatchInlineSnapshot(`
    [
      "package.json › has the name of the plugin: The package is named other, its plugin sv-plugin-brightness. → Use one name: users install what errors name.",
    ]
  `);
  expect(await seen({ dependencies: { '@streetvision/core': '^1' } })).toMatchInlineSnapshot(`
    [
      "package.json › takes core as a peer: @streetvision/core is in \`dependencies\`: users would get two cores. → Move it to \`peerDependencies\`, and to \`devDependencies\` for tests.",
    ]
  `);
  expect(await seen({ peerDependencies: {} })).toMatchInlineSnapshot(`
    [
      "package.json › takes core as a peer: peerDependencies["@streetvision/core"] is missing. → Write "^0.1.0".",
    ]
  `);
  expect(await seen({ peerDependencies: { '@streetvision/core': '^99.0.0' } })).toMatchInlineSnapshot(`
    [
      "package.json › takes core as a peer: peerDependencies["@streetvision/core"] is ^99.0.0, and this core is 0.1.0. → Write "^0.1.0", once it works.",
    ]
  `);
  expect(await seen({ keywords: [], type: 'commonjs', exports: {} })).toMatchInlineSnapshot(`
    [
      "package.json › can be found by its keyword: \`keywords\` lacks "sv-plugin". → Write "keywords": ["sv-plugin"].",
      "package.json › is an ES module with exports and types: \`type\` is commonjs. → Write "type": "module".",
    ]
  `);
});
