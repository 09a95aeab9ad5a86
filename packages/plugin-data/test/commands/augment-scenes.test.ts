import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Command, type CommandCall, createProject, definePlugin, defineStage, silent } from '@streetvision/core';
import { expect, it } from 'vitest';
import { data } from '../../src/plugin.js';
import { picture, tempFolder, write } from '../pictures.js';

const quiet = definePlugin({
  name: 'quiet',
  api: '^1',
  stages: [defineStage({ name: 'half', run: (frames) => frames.map(() => ({ score: 0.5 })) })],
});

/** Runs a command with its defaults, as the command line does. */
async function run(name: string, cwd: string, args: readonly string[], options: Readonly<Record<string, string>>) {
  const plugin = data();
  const command = plugin.commands?.find((one) => one.name === name) as Command;
  const project = await createProject({ plugins: [plugin, quiet], cascade: [{ run: 'half' }] }, { cwd, log: silent });
  const defaults = (command.options ?? []).flatMap(({ flags, default: value }) =>
    value === undefined ? [] : [[/--(\w+)/.exec(flags)?.[1] as string, value] as const],
  );
  const printed: string[] = [];
  const steps = { done: 0, failed: 0 };
  const call: CommandCall = {
    args,
    options: { ...Object.fromEntries(defaults), ...options },
    cwd,
    signal: new AbortController().signal,
    log: silent,
    print: (text) => printed.push(text),
    runtime: () => project.runtime(),
    project: async () => project,
    progress: () => ({
      total() {},
      step(failed) {
        steps.done++;
        if (failed) steps.failed++;
      },
      stop() {},
    }),
  };
  try {
    await command.run(call);
  } finally {
    await project.close();
  }
  return { text: printed.join('\n'), steps };
}

it('sv data augment writes copies, counts and what was left out', async () => {
  const cwd = await tempFolder();
  const bytes = await picture(1, { width: 40, height: 30 });
  await write(cwd, { 'photos/a/1.png': bytes, 'photos/b/2.png': bytes, 'photos/b/3.png': bytes.subarray(0, 50) });
  const options = { pipeline: 'sn72:2026-04,jpeg(quality=50)', copies: '2', out: 'out', json: 'counts.json' };
  const { text, steps } = await run('data augment', cwd, ['photos'], options);
  expect(text).toMatchInlineSnapshot(`
    "4 pictures: 2 a, 2 b
    2 left out
    manifest out/manifest.jsonl"
  `);
  expect(steps).toEqual({ done: 6, failed: 2 });
  const counts = JSON.parse(await readFile(join(cwd, 'counts.json'), 'utf8'));
  expect(counts).toMatchObject({
    skipped: 2,
    kept: 0,
    problems: [{ where: 'b/3.png', code: 'SV_IMAGE_CORRUPT' }],
  });
  expect((await run('data augment', cwd, ['photos'], options)).text).toContain('4 of them were there before');
});

it('sv data scenes draws', async () => {
  const cwd = await tempFolder();
  const { text } = await run('data scenes', cwd, [], { count: '4', width: '96', out: 'drawn' });
  expect(text).toMatchInlineSnapshot(`
    "4 pictures: 2 no_roadwork, 2 roadwork
    manifest drawn/manifest.jsonl"
  `);
});

it.each([
  ['data augment', { out: 'x' }, '--pipeline was not given'],
  ['data augment', { pipeline: 'rain', out: 'x', copies: 'two' }, '--copies received `two`'],
  ['data scenes', {}, '--out was not given'],
  ['data scenes', { out: 'x', positive: '2' }, '--positive received `2`'],
] as const)('%s %o is refused', async (name, options, message) => {
  await expect(run(name, await tempFolder(), ['photos'], options)).rejects.toMatchObject({
    code: 'SV_CLI_USAGE',
    message: expect.stringContaining(message),
  });
});

it('a pipeline with an unknown name is refused before anything is written', async () => {
  const cwd = await tempFolder();
  await write(cwd, { 'photos/a/1.png': await picture(1) });
  await expect(run('data augment', cwd, ['photos'], { pipeline: 'flip,fogg', out: 'out' })).rejects.toMatchObject({
    code: 'SV_DATA_AUGMENTATION',
    message: expect.stringContaining('Did you mean `fog`?'),
  });
});
