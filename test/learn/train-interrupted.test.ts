import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { testPicture } from '@streetvision/core/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sv } from '../examples/sv.js';

const BIN = fileURLToPath(new URL('../../packages/core/bin/sv.cjs', import.meta.url));
const COUNT = 160;

/** Embeddings on disk, and when each was written. */
async function embeddings(cache: string): Promise<Map<string, number>> {
  const names = await readdir(cache, { recursive: true }).catch(() => []);
  const found = new Map<string, number>();
  for (const name of names.filter((one) => one.endsWith('.emb')))
    found.set(name, (await stat(join(cache, name))).mtimeMs);
  return found;
}

describe('sv train, killed', () => {
  let cwd: string;
  const env = () => ({ SV_OFFLINE: '1', SV_CACHE: join(cwd, 'cache'), NO_COLOR: '1' });
  const train = ['train', '--data', 'photos/labels.csv', '--group', 'group', '--out', 'runs/first', '--rounds', '50'];

  beforeAll(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'sv-killed-'));
    await symlink(fileURLToPath(new URL('../../node_modules', import.meta.url)), join(cwd, 'node_modules'), 'junction');
    await cp(
      fileURLToPath(new URL('../../examples/swap-backbone/sv.config.ts', import.meta.url)),
      join(cwd, 'sv.config.ts'),
    );
    await mkdir(join(cwd, 'photos'));
    const lines = ['file,label,group'];
    const drawn = await Promise.all(
      [...Array(8).keys()].map((i) => testPicture({ seed: i + 1, width: 960, height: 540, shapes: i % 2 ? 8 : 2 })),
    );
    for (let i = 0; i < COUNT; i++) {
      // A few bytes after the end of a JPEG make another file of the same picture.
      await writeFile(join(cwd, `photos/${i}.jpg`), Buffer.concat([drawn[i % 8] as Buffer, Buffer.from(`${i}`)]));
      lines.push(`${i}.jpg,${i % 2},drive ${i >> 4}`);
    }
    await writeFile(join(cwd, 'photos/labels.csv'), lines.join('\n'));
  }, 60_000);
  afterAll(() => rm(cwd, { recursive: true }));

  it('goes on where it stopped: no embedding is computed twice, and no folder is half written', {
    timeout: 120_000,
  }, async () => {
    const child = spawn(process.execPath, [BIN, ...train, '-q'], {
      cwd,
      env: { ...process.env, ...env() },
      stdio: 'ignore',
    });
    const ended = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)));
    while ((await embeddings(join(cwd, 'cache'))).size < 10 && child.exitCode === null) await sleep(5);
    child.kill('SIGKILL');
    expect(await ended).toBe('SIGKILL');
    const before = await embeddings(join(cwd, 'cache'));
    expect(before.size).toBeGreaterThanOrEqual(10);
    expect(before.size).toBeLessThan(COUNT);
    expect(await readdir(cwd)).not.toContain('runs');

    const again = await sv(cwd, train, env());
    expect(again.code, again.err).toBe(0);
    const after = await embeddings(join(cwd, 'cache'));
    expect(after.size).toBe(COUNT);
    for (const [name, written] of before) expect(after.get(name), name).toBe(written);
    expect(again.out).toContain("set head: './runs/first/head.onnx' for stage backbone");

    const run = JSON.parse(await readFile(join(cwd, 'runs/first/run.json'), 'utf8'));
    expect(run).toMatchObject({ data: { n: COUNT, groups: 10 }, stage: { name: 'backbone' } });
  });

  it('gives the same bytes again, shows runs side by side, and says what is wrong with an option', {
    timeout: 120_000,
  }, async () => {
    const second = await sv(cwd, [...train, '--out', 'runs/second', '--json', 'second.json'], env());
    expect(second.code, second.err).toBe(0);
    for (const name of await readdir(join(cwd, 'runs/first'))) {
      const read = (run: string) => readFile(join(cwd, 'runs', run, name));
      expect((await read('first')).equals(await read('second')), name).toBe(true);
    }
    const compared = await sv(
      cwd,
      ['train', '--compare', 'runs/first', 'runs/second', '--json', 'compared.json'],
      env(),
    );
    expect(compared.code, compared.err).toBe(0);
    expect(JSON.parse(await readFile(join(cwd, 'compared.json'), 'utf8')).runs[1].gain.estimate).toBe(0);
    const wrong = await sv(cwd, [...train, '--lr', 'fast'], env());
    expect(wrong.code).toBe(2);
    expect(wrong.err).toContain('--lr is `fast`, expected a number');
  });
});
