import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cpu, memory, node, parseCpuMax, threadPool } from '../../src/cli/doctor/machine.js';
import { config, openShell } from './shell.js';

function cacheIn(folder: string): void {
  const before = process.env.SV_CACHE;
  process.env.SV_CACHE = folder;
  onTestFinished(() => {
    if (before === undefined) delete process.env.SV_CACHE;
    else process.env.SV_CACHE = before;
  });
}

interface Findings {
  readonly problems: number;
  readonly sections: readonly {
    title: string;
    findings: readonly { level: string; message: string; fix?: string }[];
  }[];
}

describe('sv doctor', () => {
  it('finds nothing wrong with a cascade that runs', async () => {
    const { sv, cwd } = await openShell();
    cacheIn(join(cwd, 'cache'));
    await mkdir(join(cwd, 'cache'));
    const { code, out } = await sv('doctor', '--json');
    const { sections, problems } = JSON.parse(out) as Findings;
    expect([code, problems]).toEqual([0, 0]);
    expect(sections.map(({ title }) => title)).toEqual([
      'machine',
      'pictures',
      'engine',
      'model cache',
      'config',
      'brightness',
    ]);
    const said = sections.flatMap(({ findings }) => findings.map(({ message }) => message));
    expect(said).toContain('provider cpu loads');
    expect(said).toContain('0 model files, 0 B');
    expect(said).toContain('task light, 2 steps: quick → sure');
  });

  it('says what a plugin lacks and how to mend it, and goes on when a check fails', async () => {
    const findings = "() => [{ level: 'problem', message: 'no head', fix: 'sv train' }]";
    const { sv } = await openShell(config(`{ doctor: ${findings} }`));
    const { code, out } = await sv('doctor');
    expect(code).toBe(1);
    expect(out).toMatch(/ {2}✗ no head\n {4}→ sv train\n\n1 problem, \d warnings?\.\n$/);
    const failing = await openShell(config("{ doctor: () => { throw new Error('boom'); } }"));
    expect((await failing.sv('doctor')).out).toContain('✗ its own check failed: boom');
  });

  it('tells a plugin the folder of the config and the task', async () => {
    const { sv, cwd, write } = await openShell(null);
    const told = config('{ doctor: ({ dir, task }) => [{ level: "ok", message: dir + " decides " + task.name }] }');
    await mkdir(join(cwd, 'deep'));
    await write('deep/sv.config.mjs', told.replace('./brightness', '../brightness'));
    const { out } = await sv('doctor', '-c', 'deep/sv.config.mjs');
    expect(out).toContain(`✓ ${join(cwd, 'deep')} decides light`);
  });

  it('tells of a provider that does not load, as a warning where the config falls back', async () => {
    const { sv } = await openShell(config('{}', "engine: { providers: ['coreml', 'cpu'] }"));
    const { out } = await sv('doctor');
    expect(out).toContain('The config falls back to cpu.');
    expect(out).not.toContain('Or put');
  });

  it('goes on where the lock file is damaged or the cache cannot be', async () => {
    const { sv, cwd, write } = await openShell();
    cacheIn(join(cwd, 'cache'));
    await mkdir(join(cwd, 'cache'));
    await write('sv.lock', '{"models": [');
    const damaged = await sv('doctor');
    expect(damaged.code).toBe(1);
    expect(damaged.out).toMatch(/✗ .*sv\.lock/);
    process.env.SV_CACHE = join(cwd, 'sv.lock/cache');
    expect((await sv('doctor')).out).toMatch(/✗ .*sv\.lock.cache cannot be written/);
  });

  it('names every mistake of the config, and works without one', async () => {
    const { sv } = await openShell("export default { plugins: [], cascade: [{ run: 'x', timeoutMs: -1, whn: 1 }] };");
    const { code, out } = await sv('doctor');
    expect(code).toBe(1);
    expect(out).toMatch(
      /✗ sv\.config\.mjs has 2 mistakes:[\s\S]*cascade\[0\]\.timeoutMs[\s\S]*`whn`\. Did you mean `when`\?/,
    );
    const none = await openShell(null);
    expect((await none.sv('doctor')).out).toContain('! No config was found');
  });
});

describe('machine', () => {
  it('judges versions, cores, memory and threads', () => {
    expect(node('20.18.0').level).toBe('problem');
    expect(node('22.1.0').level).toBe('ok');
    expect(cpu(8, undefined)).toEqual({ level: 'ok', message: '8 cores' });
    expect(cpu(8, 1.5)).toMatchObject({ level: 'warning', fix: expect.stringContaining('threads: 1') });
    expect(memory(32 * 2 ** 30, 2 ** 30, 2 ** 29).level).toBe('warning');
    expect(memory(32 * 2 ** 30, 2 ** 30, 2 ** 63).message).toBe('32.0 GiB memory, 1.0 GiB free');
    expect(threadPool('1', 8)).toMatchObject({ level: 'warning' });
    expect(threadPool(undefined, 2)).toMatchObject({ level: 'ok' });
  });

  it('reads the quota of a container', () => {
    expect(parseCpuMax('150000 100000\n')).toBe(1.5);
    expect(parseCpuMax('max 100000\n')).toBeUndefined();
  });
});
