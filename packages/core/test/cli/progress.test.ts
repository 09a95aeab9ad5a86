import { expect, it, onTestFinished, vi } from 'vitest';
import { duration, statusText } from '../../src/cli/progress.js';
import { REPO, startHub } from '../models/local-hub.js';
import { config, grey, openShell } from './shell.js';

it('says how far it is, how fast, and how long it takes', () => {
  expect(statusText({ done: 120, total: 1_000, failed: 2, ms: 4_000 })).toBe(
    '120/1,000 (12 %) · 30/s · 30 s left · 2 failed',
  );
  expect(statusText({ done: 3, total: undefined, failed: 0, ms: 2_000 })).toBe('3 · 1.5/s');
  expect(statusText({ done: 0, total: 5, failed: 0, ms: 0 })).toBe('0/5 (0 %) · 0.0/s');
  expect([12.2, 200, 7_500].map(duration)).toEqual(['13 s', '3 min 20 s', '2 h 5 min']);
});

it('draws a bar on a terminal, takes it away, and leaves the rows whole', async () => {
  const { start, write } = await openShell(config('{ delayMs: 250 }'));
  await write('dark.png', await grey(10));
  const { out, err } = await start(['run', 'dark.png'], { tty: true }).done;
  expect(out).toMatch(/^dark\.png {2}dark 0\.039/);
  expect(err).toContain('0/1 (0 %)');
  expect(err).toContain('\u001b[?25h');
});

it('shows how far downloads are before the first picture, those of several stages in one line', async () => {
  const hub = await startHub({ 'a.bin': Buffer.alloc(600_000, 1), 'b.bin': Buffer.alloc(600_000, 2) });
  onTestFinished(() => hub[Symbol.asyncDispose]());
  vi.stubEnv('HF_ENDPOINT', hub.origin);
  onTestFinished(() => void vi.unstubAllEnvs());
  hub.behaviour.pace = { bytes: 100_000, ms: 60 };
  const stage = (name: string, file: string) =>
    `{ name: '${name}', load: (ctx) => ctx.model('hf:${REPO}@main/${file}'), run: (frames) => frames.map(() => ({ score: 0.5 })) }`;
  const { start, write } = await openShell(`export default {
    plugins: [{ name: 'far', api: '^1', stages: [${stage('one', 'a.bin')}, ${stage('two', 'b.bin')}] }],
    cascade: [{ run: ['one', 'two'] }],
    models: { cache: 'cache' },
  };`);
  await write('dark.png', await grey(10));
  const { code, err } = await start(['run', 'dark.png'], { tty: true }).done;
  expect(code).toBe(0);
  expect(err).toMatch(/\r[█░]{24} hf:/u);
  expect(err).toMatch(/hf:acme\/tiny@main\/[ab]\.bin {2}[\d.]+ kB of 1\.2 MB \(\d+ %\)/);
});
