import { cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { example, sv } from './sv.js';

/** The commands of the example, on fewer and smaller pictures. */
async function commands(): Promise<string[][]> {
  const { scripts } = JSON.parse(await readFile(join(example('learn'), 'package.json'), 'utf8'));
  const lines: string[] = scripts.learn.split(' && ');
  return lines.map((line) => line.replace('--count 600', '--count 420 --width 400').split(' ').slice(1));
}

it('examples/learn: from pictures to a head, exits with a promise, a report and a cascade that uses them', async () => {
  const home = await mkdtemp(join(tmpdir(), 'sv-learn-'));
  onTestFinished(() => rm(home, { recursive: true }));
  const cwd = join(home, 'learn');
  await cp(example('learn'), cwd, {
    recursive: true,
    filter: (path) => !/scenes|run$|\.json$|\.jsonl$|\.html$/.test(path),
  });
  await cp(join(example('quickstart'), 'closer.ts'), join(home, 'quickstart/closer.ts'));
  await symlink(fileURLToPath(new URL('../../node_modules', import.meta.url)), join(home, 'node_modules'), 'junction');
  const env = { SV_OFFLINE: '1', SV_CACHE: join(home, 'cache') };

  for (const args of await commands()) {
    const { code, out, err } = await sv(cwd, args, env);
    expect(code, `${args.join(' ')}\n${out}${err}`).toBe(0);
    if (args[0] === 'calibrate') expect(out).toMatch(/With 95 % confidence, .* at most 10 % are answered wrongly/);
  }
  const read = async (name: string) => readFile(join(cwd, name), 'utf8');
  const figures = JSON.parse(await read('eval.json'));
  expect(figures).toMatchObject({ n: expect.any(Number), byGroup: expect.any(Object) });
  for (const key of ['accuracy', 'balancedAccuracy', 'auroc', 'mcc', 'f1', 'brier', 'ece']) {
    expect(figures[key], key).toSatisfy(Number.isFinite);
  }
  expect(figures.auroc).toBeGreaterThan(0.9);
  expect(figures.stages.map(({ stage }: { stage: string }) => stage)).toEqual(['starter', 'closer']);
  expect(figures.stages[0].share).toBeGreaterThan(0.2);
  expect(await read('report.html')).toContain('<svg');

  const run = await sv(cwd, ['run', 'scenes/roadwork', '--limit', '8', '--jsonl', '-q'], env);
  const rows = run.out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(rows.some(({ exit }) => /^calibrated 0\.\d+ \(score/.test(exit.reason))).toBe(true);

  // Another head under the same calibration is refused, not used.
  const again = await sv(cwd, ['train', '--data', 'data.jsonl', '--out', 'run', '--c', '0.001', '--folds', '0'], env);
  expect(again.code, again.err).toBe(0);
  const refused = await sv(cwd, ['run', 'scenes/roadwork', '--limit', '1'], env);
  expect([refused.code, refused.err.includes('SV_CALIBRATION_MISMATCH')], refused.err).toEqual([2, true]);
}, 300_000);
