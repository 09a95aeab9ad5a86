import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { grey, openShell, type Shell } from './shell.js';

async function withParts(): Promise<Shell> {
  const shell = await openShell(`
    import { readFile } from 'node:fs/promises';
    import { brightness } from './brightness.mjs';
    import { createFrame } from '${new URL('../../src/frames/frame.ts', import.meta.url).href}';
    const camera = { name: 'camera', async *frames({ signal, log }) {
      try {
        for (let at = 0; !signal.aborted; at++) {
          yield createFrame({ id: 'camera/' + at, bytes: await readFile(new URL('light.png', import.meta.url)) });
          await new Promise((done) => setTimeout(done, 5));
        }
      } finally { log.info('camera off'); }
    } };
    const broken = { name: 'broken', async *frames() { throw new Error('no signal'); } };
    const web = { name: 'web', async serve(runtime, { signal, log }) {
      log.info('serving ' + runtime.task.name);
      await new Promise((done) => signal.addEventListener('abort', done));
      log.info('served');
    } };
    const once = { name: 'once', async serve(runtime) { throw new Error('port in use'); } };
    export default {
      task: { name: 'light', classes: ['dark', 'light'], positive: 'light' },
      plugins: [brightness(), { name: 'parts', api: '^1', sources: [camera, broken], targets: [web, once] }],
      cascade: [{ run: 'quick' }],
    };`);
  await shell.write('light.png', await grey(250));
  return shell;
}

it('runs the frames of a source, up to the limit, and lets the source end', async () => {
  const { sv } = await withParts();
  const { code, out, err } = await sv('run', 'source:camera', '--jsonl', '-n', '3', '--report', 'r.html');
  const rows = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { input: string; label: string });
  expect(code).toBe(0);
  expect(rows.map(({ input, label }) => [input, label])).toEqual([0, 1, 2].map((at) => [`camera/${at}`, 'light']));
  expect(err).toContain('camera off');
});

it('ends a source with Ctrl-C', async () => {
  const { start } = await withParts();
  const running = start(['run', 'source:camera', '--jsonl']);
  await running.shown('camera/2');
  running.press();
  const { code, err } = await running.done;
  expect([code, err.includes('camera off')]).toEqual([130, true]);
});

it('names the source or target that is not there, that fails, and whose it is', async () => {
  const { sv } = await withParts();
  const said = async (...argv: string[]) => {
    const { code, err } = await sv(...argv);
    return [code, err.split('\n')[0]];
  };
  expect(await said('run', 'source:camra')).toEqual([
    2,
    'SV_CLI_USAGE  There is no source `camra`: the plugins of the config bring camera, broken. Did you mean `camera`?',
  ]);
  expect(await said('serve', 'wbe')).toEqual([
    2,
    'SV_CLI_USAGE  There is no target `wbe`: the plugins of the config bring web, once. Did you mean `web`?',
  ]);
  expect(await said('run', 'source:broken', '-q')).toEqual([
    1,
    'SV_INPUT_UNREADABLE  [parts › source broken] no signal',
  ]);
  expect(await said('serve', 'once')).toEqual([1, 'SV_PLUGIN_SETUP  [parts › target once] port in use']);
});

it('serves a target until Ctrl-C', async () => {
  const { start } = await withParts();
  const running = start(['serve', 'web']);
  await sleep(1_000);
  running.press();
  const { code, err } = await running.done;
  expect(code).toBe(130);
  expect(err).toMatch(/serving light\n[\s\S]*served\n/);
});
