import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { config, grey, openShell } from './shell.js';

const jitiFolder = dirname(createRequire(import.meta.url).resolve('jiti/package.json'));
const JITI = pathToFileURL(join(jitiFolder, 'lib/jiti-register.mjs')).href;
const BIN = fileURLToPath(new URL('../../src/bin.ts', import.meta.url));

async function pictures(count: number, delayMs: number) {
  const shell = await openShell(config(`{ delayMs: ${delayMs} }`, 'budget: { concurrency: 1 }'));
  await mkdir(join(shell.cwd, 'photos'));
  const light = await grey(250);
  await Promise.all(
    Array.from({ length: count }, (_, i) => shell.write(`photos/${String(i).padStart(4, '0')}.png`, light)),
  );
  return shell.cwd;
}

/** `sv` in a process of its own. */
function sv(cwd: string, ...argv: string[]): ChildProcess & { text: { out: string; err: string } } {
  const child = spawn(process.execPath, ['--import', JITI, BIN, ...argv], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const text = { out: '', err: '' };
  child.stdout.on('data', (chunk) => (text.out += chunk));
  child.stderr.on('data', (chunk) => (text.err += chunk));
  return Object.assign(child, { text });
}

// The sources are compiled on the way in, which takes its time on a busy machine.
describe('a real process', { timeout: 90_000 }, () => {
  it('keeps whole rows and exits with 130 after Ctrl-C', async () => {
    const child = sv(await pictures(200, 20), 'run', 'photos', '--jsonl');
    while (!child.text.out.includes('\n')) await once(child.stdout as NodeJS.ReadableStream, 'data');
    child.kill('SIGINT');
    expect(await once(child, 'close')).toEqual([130, null]);
    const rows = child.text.out.trimEnd().split('\n');
    expect(rows.length).toBeLessThan(200);
    for (const row of rows) expect(JSON.parse(row)).toHaveProperty('score');
  });
});

it.skipIf(process.platform !== 'linux')('starts with as many threads for pictures as there are cores', async () => {
  const { cwd } = await openShell(null);
  await cp(fileURLToPath(new URL('../../bin', import.meta.url)), join(cwd, 'bin'), { recursive: true });
  await mkdir(join(cwd, 'dist'));
  await writeFile(join(cwd, 'package.json'), '{"type":"module"}');
  // Work for the pool, and then how many threads the process has more than before.
  await writeFile(
    join(cwd, 'dist/bin.js'),
    `import { pbkdf2 } from 'node:crypto'; import { readdirSync } from 'node:fs';
     const work = () => new Promise((done) => pbkdf2('a', 'b', 1000, 64, 'sha512', done));
     await Promise.all(Array.from({ length: 64 }, work));
     console.log(readdirSync('/proc/self/task').length, process.env.UV_THREADPOOL_SIZE);`,
  );
  const launch = async (size?: string) => {
    const { UV_THREADPOOL_SIZE: _, ...env } = process.env;
    const { stdout } = await promisify(execFile)(process.execPath, [join(cwd, 'bin/sv.cjs')], {
      env: size === undefined ? env : { ...env, UV_THREADPOOL_SIZE: size },
    });
    return stdout.trim().split(' ').map(Number) as [threads: number, size: number];
  };
  const [few, one] = await launch('1');
  const [threads, size] = await launch();
  expect([one, size]).toEqual([1, Math.max(4, availableParallelism())]);
  expect(threads - few).toBe(size - 1);
});
