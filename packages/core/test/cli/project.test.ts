import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { config, openShell } from './shell.js';

const COMMAND = `{ commands: [{ name: 'inspect', description: 'looks at the project', options: [{ flags: '--optional', description: 'o' }],
  async run(call) {
    const project = await call.project({ optional: call.options.optional === true });
    const meter = call.progress('looking', 2);
    meter.step(); meter.step(true); meter.stop();
    call.print(JSON.stringify([project.task?.name ?? null, project.plugins.map(({ name }) => name), project.cascade.length]));
  } }] }`;

it('hands a command the config taken apart, and shows how far it is', async () => {
  const { sv, start } = await openShell(config(COMMAND));
  expect(await sv('inspect')).toMatchObject({ code: 0, out: expect.stringMatching(/^\["\w+",\[.+\],\d\]\n$/) });
  const terminal = await start(['inspect'], { tty: true }).done;
  expect(terminal.err).toContain('looking  0/2 (0 %)');
  expect((await start(['inspect', '-q'], { tty: true }).done).err).toBe('');
});

it('takes commands of companion packages without an entry in the config, and says where a missing one comes from', async () => {
  const { sv, cwd } = await openShell();
  const missing = await sv('train', '--data', 'photos');
  expect(missing.code).toBe(2);
  expect(missing.err).toMatch(/`sv train` comes with @streetvision\/plugin-learn, which is not installed here\./);
  expect(missing.err).toContain('npm install @streetvision/plugin-learn');
  const folder = join(cwd, 'node_modules/@streetvision/plugin-learn');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "name": "@streetvision/plugin-learn", "exports": "./index.mjs" }');
  await writeFile(
    join(folder, 'index.mjs'),
    `export default () => ({ name: '@streetvision/plugin-learn', api: '^1', commands: [{ name: 'train', description: 't',
      async run(call) { call.print(String((await call.project()).stage('quick').stage.name)); } }] });`,
  );
  expect(await sv('train')).toMatchObject({ code: 0, out: 'quick\n' });
  expect((await sv('--help')).out).toContain('train');
});

it('gives a command that needs no config a project without one', async () => {
  const { sv, cwd } = await openShell(null);
  const folder = join(cwd, 'node_modules/@streetvision/plugin-data');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "name": "@streetvision/plugin-data", "exports": "./index.mjs" }');
  const command = (COMMAND.match(/commands: (\[.*\])/s) as RegExpMatchArray)[1]?.replace("'inspect'", "'data look'");
  await writeFile(
    join(folder, 'index.mjs'),
    `export default { name: '@streetvision/plugin-data', api: '^1', commands: ${command} };`,
  );
  expect(await sv('data', 'look', '--optional')).toMatchObject({ code: 0, out: '[null,[],0]\n' });
  expect(await sv('data', 'look')).toMatchObject({ code: 2, err: expect.stringContaining('SV_CONFIG_NOT_FOUND') });
});

it('ends with 130 where a command was stopped and says so with an AbortError', async () => {
  const { start } = await openShell(
    config(`{ commands: [{ name: 'wait', description: 'w', async run({ signal, print }) {
      print('waiting');
      await new Promise((done) => signal.addEventListener('abort', done));
      signal.throwIfAborted();
    } }] }`),
  );
  const running = start(['wait']);
  await running.shown('waiting');
  running.press();
  const { code, err } = await running.done;
  expect([code, err.includes('bug')]).toEqual([130, false]);
});
