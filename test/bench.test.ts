import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Whether it runs and what it writes; how fast this machine is, is no test. */
it('the benchmark writes its figures, on the starter alone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sv-bench-test-'));
  const json = join(folder, 'bench.json');
  const { SV_SHARED: _, ...env } = process.env;
  try {
    const { stdout } = await promisify(execFile)(process.execPath, ['bench/main.mjs', '--json', json], {
      cwd: root,
      env: { ...env, SV_BENCH_SCALE: '0.02' },
    });
    expect(stdout).toContain('framework overhead');
    const figures = JSON.parse(readFileSync(json, 'utf8'));
    for (const key of [
      'overheadUsPerFrame',
      'eventLoopDelayP99Ms',
      'preprocessVsTransformersJs',
      'endToEndVsTransformersJs',
      'endToEndVsBareRun',
      'rssSlopeMbPer10k',
      'trainSeconds',
      'knnMsPerQuery',
      'replayFramesPerSecond',
      'parquetMiBPer1000Rows',
      'augmentPerSecond',
    ])
      expect(figures[key], key).toSatisfy(Number.isFinite);
    expect(figures.preprocessVsTransformersJs).toBeGreaterThan(0);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 120_000);
