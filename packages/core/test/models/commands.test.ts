import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { statusText } from '../../src/cli/download-progress.js';
import { config, openShell } from '../cli/shell.js';
import { COMMIT_B, content, REPO, sha256, startHub } from './local-hub.js';

const FILES = { 'a.bin': content(1500, 1), 'b.bin': content(2000, 2) };

/** A project whose config names its own cache. */
async function openProject() {
  return openShell(config('{}', "models: { cache: 'cache' },"));
}

describe('sv models', () => {
  it('pulls, lists, verifies, repairs and prunes', async () => {
    await using hub = await startHub(FILES);
    const { sv, cwd } = await openProject();
    const ref = (file: 'a.bin' | 'b.bin') => `${hub.origin}/plain/${file}#sha256-${sha256(FILES[file])}`;
    const clean = (text: string) =>
      text
        .replaceAll(hub.origin, 'https://host')
        .replaceAll(cwd, '<dir>')
        .replace(/_\d{4,5}\//g, '_<port>/');

    const pulled = await sv('models', 'pull', ref('a.bin'), ref('b.bin'));
    expect(pulled.code).toBe(0);
    expect(clean(pulled.out)).toMatchInlineSnapshot(`
      "https://host/plain/a.bin#sha256-f98bf1cb38774fa849f3e2c399241701bd313daab1ad2e91a3e4ef6b3dbd82ec  1.5 kB  <dir>/cache/models/https/127.0.0.1_<port>/f98bf1cb38774fa8/a.bin
      https://host/plain/b.bin#sha256-ce8983a14948c0fa97632e93d094d403e4bde1aeb6b9e8343bedc7c15fdeebba  2.0 kB  <dir>/cache/models/https/127.0.0.1_<port>/ce8983a14948c0fa/b.bin
      "
    `);
    expect(clean((await sv('models', 'list')).out)).toMatchInlineSnapshot(`
      "*  https://host/plain/b.bin#sha256-ce8983a14948c0fa97632e93d094d403e4bde1aeb6b9e8343bedc7c15fdeebba  2.0 kB  ce8983a14948
      *  https://host/plain/a.bin#sha256-f98bf1cb38774fa849f3e2c399241701bd313daab1ad2e91a3e4ef6b3dbd82ec  1.5 kB  f98bf1cb3877
      3.5 kB in <dir>/cache
      "
    `);

    const [file] = JSON.parse((await sv('models', 'list', '--json')).out);
    await appendFile(file.path, 'x');
    const damaged = await sv('models', 'verify');
    expect(damaged.code).toBe(1);
    expect(clean(damaged.out)).toMatchInlineSnapshot(`
      "damaged  https://host/plain/b.bin#sha256-ce8983a14948c0fa97632e93d094d403e4bde1aeb6b9e8343bedc7c15fdeebba  sha256 e8c11db8504c4f43b3946ef154ef29a78bf1bfc3ad23097e35a9550cea45136c, expected ce8983a14948c0fa97632e93d094d403e4bde1aeb6b9e8343bedc7c15fdeebba
      ok       https://host/plain/a.bin#sha256-f98bf1cb38774fa849f3e2c399241701bd313daab1ad2e91a3e4ef6b3dbd82ec
      1 damaged. Run \`sv models verify --repair\`.
      "
    `);
    expect(await sv('models', 'verify', '--repair')).toMatchObject({
      code: 0,
      out: expect.stringContaining('repaired'),
    });
    expect((await sv('models', 'verify')).code).toBe(0);

    expect((await sv('models', 'prune')).out).toBe('Nothing to remove.\n');
    expect(clean((await sv('models', 'prune', '--all', '--dry-run')).out)).toMatchInlineSnapshot(`
      "<dir>/cache/models/https/127.0.0.1_<port>/ce8983a14948c0fa/b.bin
      <dir>/cache/models/https/127.0.0.1_<port>/f98bf1cb38774fa8/a.bin
      Would remove 2 files, 3.5 kB.
      "
    `);
    await sv('models', 'prune', '--all');
    expect(clean((await sv('models', 'list')).out)).toBe('No models in <dir>/cache.\n');

    const offline = await sv('--offline', 'models', 'pull');
    expect(offline.code).toBe(1);
    expect(offline.err).toContain('SV_MODEL_OFFLINE');
    const all = JSON.parse((await sv('models', 'pull', '--json')).out);
    expect(all.map(({ bytes }: { bytes: number }) => bytes)).toEqual([1500, 2000]);
  });

  it('pins branches anew on demand only', async () => {
    await using hub = await startHub({ ...FILES });
    const { sv, cwd } = await openProject();
    const endpoint = process.env.HF_ENDPOINT;
    process.env.HF_ENDPOINT = hub.origin;
    try {
      await sv('models', 'pull', `hf:${REPO}@main/a.bin`, `hf:${REPO}@main/b.bin`);
      const before = await readFile(join(cwd, 'sv.lock'), 'utf8');
      hub.branches.main = COMMIT_B;
      await sv('models', 'pull');
      expect(await readFile(join(cwd, 'sv.lock'), 'utf8')).toBe(before);
      await sv('models', 'pull', '--update', `hf:${REPO}@main/a.bin`);
      expect(await readFile(join(cwd, 'sv.lock'), 'utf8')).toBe(before.replaceAll('a'.repeat(40), COMMIT_B));
    } finally {
      if (endpoint === undefined) delete process.env.HF_ENDPOINT;
      else process.env.HF_ENDPOINT = endpoint;
    }
  });

  it('says what to give where nothing is pinned', async () => {
    const { sv, cwd } = await openProject();
    const { code, err } = await sv('models', 'pull');
    expect(code).toBe(2);
    expect(err.replaceAll(cwd, '<dir>')).toMatchInlineSnapshot(`
      "SV_CLI_USAGE  No reference was given, and <dir>/sv.lock pins none.
        fix   Run \`sv models pull hf:org/name@revision/file\`.
        docs  https://github.com/streetvision/streetvision/blob/main/docs/reference/errors.md#sv_cli_usage
      "
    `);
  });

  it('draws a bar on a terminal', async () => {
    await using hub = await startHub({ 'big.bin': content(3_000_000) });
    hub.behaviour.pace = { bytes: 500_000, ms: 60 };
    const { start } = await openProject();
    const ref = `${hub.origin}/plain/big.bin#sha256-${sha256(content(3_000_000))}`;
    const { err } = await start(['models', 'pull', ref], { tty: true }).done;
    expect(err).toMatch(/\d+\.\d [kM]B of 3\.0 MB \(\d+ %\) · \d+\.\d [kM]B\/s · \d+ s left/);
  });
});

it('tells how much of a download is done', () => {
  expect(statusText(1_200_000_000, 2_400_000_000, 80_000_000)).toBe('1.2 GB of 2.4 GB (50 %) · 80.0 MB/s · 15 s left');
  expect(statusText(500, undefined, 0)).toBe('500 B');
});
