import { expect, it } from 'vitest';
import { percentiles } from '../../src/cli/bench/percentiles.js';
import { grey, openShell } from './shell.js';

it('measures each stage over the pictures given', async () => {
  const { sv, write } = await openShell();
  await write('dark.png', await grey(10));
  await write('middle.png', await grey(140));
  const { code, out } = await sv('bench', 'dark.png', 'middle.png', '-n', '20', '--warmup', '0', '--json');
  expect(code).toBe(0);
  const figures = JSON.parse(out);
  expect(figures).toMatchObject({ pictures: 20, failed: 0 });
  expect(figures.stages).toMatchObject([
    { stage: 'quick', answers: 20, exits: 0.5 },
    { stage: 'sure', answers: 10, exits: 0.5 },
  ]);
  expect(figures.imagesPerSecond).toBeGreaterThan(0);
});

it('draws pictures where none are given', async () => {
  const { sv } = await openShell();
  const { code, out } = await sv('bench', '-n', '3', '--warmup', '1');
  expect(code).toBe(0);
  expect(out).toMatch(/quick +3 +\d+ % +queue[\s\S]*pictures a second[\s\S]*event loop delay p99/);
});

it('takes percentiles by nearest rank', () => {
  expect(percentiles([4, 1, 3, 2])).toEqual({ p50: 2, p95: 4, p99: 4 });
  expect(percentiles([])).toEqual({ p50: 0, p95: 0, p99: 0 });
});
