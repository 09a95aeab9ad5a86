import { mkdir } from 'node:fs/promises';
import { testPicture } from '@streetvision/core/testing';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { packed } from '../packed/packed.js';
import { ran } from '../packed/process.js';
import { project, rowsOf, starterConfig } from '../packed/project.js';

vi.setConfig({ testTimeout: 120_000 });
beforeAll(() => packed().then(() => undefined), 300_000);

const COUNT = 100;

/** One picture after the other, each held for a while: a run that takes seconds, whatever the machine. */
const slowly = `import { appendFileSync } from 'node:fs';${starterConfig('budget: { concurrency: 1 },')}`.replace(
  'plugins: [',
  `plugins: [{ name: 'slow', api: '^1', hooks: { preprocess: async (frame) => {
    appendFileSync('begun', '.');
    await new Promise((done) => setTimeout(done, 25));
    return frame;
  } } }, `,
);

async function manyPictures() {
  const one = await project({ 'sv.config.mjs': slowly });
  await mkdir(one.path('photos'));
  const names = Array.from({ length: COUNT }, (_, i) => `photos/${String(i).padStart(3, '0')}.jpg`);
  for (const [i, name] of names.entries()) await one.write(name, await testPicture({ seed: i % 10 }));
  return { ...one, names };
}

const inputsOf = (text: string) => rowsOf(text).map(({ input }) => input);
const reported = (html: string) => html.match(/"input":"[^"]*"/g) ?? [];

describe('a run that is stopped', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('with %s keeps rows and report and exits with %i; --resume completes both', async (signal, code) => {
    const { start, sv, read, names } = await manyPictures();
    const args = ['run', 'photos', '--out', 'rows.jsonl', '--report', 'report.html', '--resume', 'rows.jsonl'];
    const running = start(...args);
    // Without a terminal there is no bar: the file shows how far it is.
    const written = () =>
      read('rows.jsonl').then(
        (text) => text.split('\n').length - 1,
        () => 0,
      );
    while ((await written()) < 5) await new Promise((resolve) => setTimeout(resolve, 20));
    running.child.kill(signal);
    const stopped = await running.ended;
    expect([stopped.code, stopped.err.includes('Stopping.')]).toEqual([code, true]);
    const before = inputsOf(await read('rows.jsonl'));
    expect(before).toEqual(names.slice(0, before.length));
    expect(before.length).toBeLessThan(COUNT);
    expect(reported(await read('report.html'))).toHaveLength(before.length);
    expect(await read('report.html')).toContain('"interrupted":true');

    const resumed = await sv(...args);
    expect([resumed.code, resumed.err.match(/skipped.*/)?.[0]]).toEqual([
      0,
      `skipped   ${before.length}, answered earlier`,
    ]);
    expect(inputsOf(await read('rows.jsonl'))).toEqual(names);
    expect(new Set(reported(await read('report.html'))).size).toBe(COUNT);
  });

  it('by SIGKILL has lost no whole row', async () => {
    const { start, sv, read, names } = await manyPictures();
    const args = ['run', 'photos', '--out', 'rows.jsonl', '--resume', 'rows.jsonl', '-q'];
    const running = start(...args);
    const text = () => read('rows.jsonl').catch(() => '');
    while ((await text()).split('\n').length < 8) await new Promise((resolve) => setTimeout(resolve, 20));
    running.child.kill('SIGKILL');
    await running.ended;
    const before = (await text()).split('\n').length - 1;
    expect(await sv(...args)).toEqual({ code: 0, out: '', err: '' });
    expect(inputsOf(await read('rows.jsonl'))).toEqual(names);
    expect(before).toBeLessThan(COUNT);
  });
});

it('a reader that has enough, as `| head -1`, ends the run quietly', async () => {
  const { folder, names, read } = await manyPictures();
  const { sv } = await packed();
  const piped = await ran('bash', ['-c', `set -o pipefail; '${sv}' run photos --jsonl | head -1`], { cwd: folder });
  expect([piped.code, inputsOf(piped.out), piped.err]).toEqual([0, names.slice(0, 1), '']);
  expect((await read('begun')).length).toBeLessThan(COUNT);
});
