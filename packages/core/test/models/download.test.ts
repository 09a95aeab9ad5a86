import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ModelRef } from '../../src/types/index.js';
import { COMMIT_A, COMMIT_B, content, REPO, sha256, startHub } from './local-hub.js';
import { failure, openStore, temporaryFolder } from './open-store.js';

const WEIGHTS = content(3_000_000);
const FILES = { 'onnx/model.bin': WEIGHTS, 'config.json': Buffer.from('{"hidden_size":384}') };
const ref = `hf:${REPO}@main/onnx/model.bin` as const;
const plain = (origin: string, file: string, hash = sha256(FILES[file as keyof typeof FILES] ?? '')) =>
  `${origin}/plain/${file}#sha256-${hash}` as ModelRef;

describe('a Hugging Face reference', () => {
  it('is downloaded, pinned, and then needs no network', async () => {
    await using hub = await startHub(FILES);
    const progress: number[] = [];
    const { store, dir } = await openStore({ endpoint: hub.origin, onProgress: ({ bytes }) => progress.push(bytes) });
    const file = await store.get(ref);
    expect(file).toEqual({
      ref,
      path: join(dir, 'cache/models/hf/acme/tiny', COMMIT_A, 'onnx/model.bin'),
      sha256: sha256(WEIGHTS),
      bytes: WEIGHTS.length,
    });
    expect((await readFile(file.path)).equals(WEIGHTS)).toBe(true);
    expect(progress[0]).toBe(0);
    expect(progress.at(-1)).toBe(WEIGHTS.length);
    const config = await store.get(`hf:${REPO}@main/config.json`);
    expect(config.path).toBe(join(dir, 'cache/models/hf/acme/tiny', COMMIT_A, 'config.json'));
    expect(await readFile(join(dir, 'sv.lock'), 'utf8')).toMatchInlineSnapshot(`
      "{
        "version": 1,
        "models": {
          "hf:acme/tiny@main/config.json": {
            "revision": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "sha256": "6249e8142ebd803aa19013aaf414a5437a861116970ae33e07d311d83cccd975",
            "bytes": 19
          },
          "hf:acme/tiny@main/onnx/model.bin": {
            "revision": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "sha256": "f1d78bf47597b8c5381a2857c659b2a2cd1410fac7806b278d9d625d4c00066e",
            "bytes": 3000000
          }
        }
      }
      "
    `);

    const asked = hub.seen.length;
    const offline = await openStore({ dir, endpoint: hub.origin, offline: true });
    expect(await offline.store.get(ref)).toEqual(file);
    expect(hub.seen.length).toBe(asked);
  });

  it('stays at the pinned commit when the branch moves, until it is unpinned', async () => {
    await using hub = await startHub({ ...FILES });
    const first = await openStore({ endpoint: hub.origin });
    await first.store.get(ref);
    hub.branches.main = COMMIT_B;
    hub.files['onnx/model.bin'] = content(1000, 9);
    const { store } = await openStore({ dir: first.dir, endpoint: hub.origin });
    expect((await store.get(ref)).sha256).toBe(sha256(WEIGHTS));
    expect((await store.get(`hf:${REPO}@main/config.json`)).path).toContain(COMMIT_A);
    expect(await store.unpin([ref])).toEqual([`hf:${REPO}@main/config.json`, ref]);
    expect((await store.get(ref)).sha256).toBe(sha256(content(1000, 9)));
    expect((await store.get(ref)).path).toContain(COMMIT_B);
  });

  it('is not downloaded twice where another revision has the same file', async () => {
    await using hub = await startHub(FILES, { main: COMMIT_A, next: COMMIT_B });
    const { store } = await openStore({ endpoint: hub.origin });
    const one = await store.get(ref);
    const two = await store.get(`hf:${REPO}@next/onnx/model.bin`);
    expect(hub.downloads()).toHaveLength(1);
    expect((await stat(two.path)).ino).toBe((await stat(one.path)).ino);
  });

  it('refuses content that is not what the repository says, for large files and for small ones', async () => {
    await using hub = await startHub(FILES);
    hub.behaviour.corrupt = true;
    const { store, dir } = await openStore({ endpoint: hub.origin });
    const error = await failure(store.get(ref));
    expect(error.code).toBe('SV_MODEL_HASH');
    expect(error.message).toContain(sha256(WEIGHTS));
    expect(error.message).toContain(sha256(Buffer.alloc(WEIGHTS.length, 7)));
    expect((await failure(store.get(`hf:${REPO}@main/config.json`))).message).toMatchInlineSnapshot(
      `"hf:acme/tiny@main/config.json arrived with git blob 4f5294d4e22a79aea9f19e1bd0a9cc0a1c043300, expected cbe30f596c879b86304dccbd8675077426ab8519. It was thrown away; try again."`,
    );
    await expect(stat(join(dir, 'cache/models/hf/acme/tiny', COMMIT_A, 'onnx/model.bin.part'))).rejects.toThrow(
      'ENOENT',
    );
    await expect(stat(join(dir, 'sv.lock'))).rejects.toThrow('ENOENT');
  });

  it('refuses content that is not what the lock file says, before it is downloaded', async () => {
    await using hub = await startHub({ ...FILES });
    const { store, dir } = await openStore({ endpoint: hub.origin });
    const pin = { revision: COMMIT_A, sha256: 'c'.repeat(64), bytes: 1 };
    await writeFile(join(dir, 'sv.lock'), JSON.stringify({ version: 1, models: { [ref]: pin } }));
    const error = await failure(store.get(ref));
    expect(error.message.replaceAll(dir, '<dir>')).toMatchInlineSnapshot(
      `"hf:acme/tiny@main/onnx/model.bin has sha256 f1d78bf47597b8c5381a2857c659b2a2cd1410fac7806b278d9d625d4c00066e, but <dir>/sv.lock says cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc. If the new file is the right one, run \`sv models pull --update 'hf:acme/tiny@main/onnx/model.bin'\`."`,
    );
    expect(hub.downloads()).toHaveLength(0);
  });

  it('sends the token to the hub and not to its storage, and never logs it', async () => {
    await using storage = await startHub(FILES);
    await using hub = await startHub(FILES);
    hub.behaviour.storage = storage.origin;
    hub.behaviour.gated = 'no-token';
    hub.behaviour.cuts = [];
    storage.behaviour.cuts = [1_000_000];
    const { store, log } = await openStore({ endpoint: hub.origin, token: 'hf_secret' });
    await store.get(ref);
    expect(hub.seen.length).toBeGreaterThan(2);
    expect(hub.seen.every(({ headers }) => headers.authorization === 'Bearer hf_secret')).toBe(true);
    expect(storage.seen.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined]);
    expect(storage.seen.map(({ status }) => status)).toEqual([200, 206]);
    expect(log.lines.length).toBeGreaterThan(0);
    expect(log.lines.join('\n')).not.toContain('hf_secret');
  });

  it('sends no token with a line feed or a space in it, and quotes none', async () => {
    await using hub = await startHub(FILES);
    for (const token of ['hf_SECRET\nhf_SECRET', 'hf_SECRET hf_SECRET', 'hf_SECRET\u00e9']) {
      const { store, log } = await openStore({ endpoint: hub.origin, token });
      const error = await failure(store.get(ref));
      expect(error.code).toBe('SV_MODEL_GATED');
      expect(error.message).toMatchInlineSnapshot(
        `"HF_TOKEN holds a character that cannot be sent, such as a space or a line feed. Copy the token again, whole and on one line."`,
      );
      expect(JSON.stringify([error, String(error.cause), error.stack, log.lines])).not.toContain('SECRET');
    }
    expect(hub.seen).toEqual([]);
    const { store } = await openStore({ endpoint: hub.origin, token: ' hf_secret\n' });
    await store.get(ref);
    expect(hub.seen[0]?.headers.authorization).toBe('Bearer hf_secret');
  });

  it('stops a download that is longer than the repository says', async () => {
    await using hub = await startHub(FILES);
    Object.assign(hub.behaviour, { chunked: true, surplus: 1e9 });
    const { store, dir } = await openStore({ endpoint: hub.origin });
    const error = await failure(store.get(ref));
    expect(error.code).toBe('SV_MODEL_HASH');
    expect(error.message).toMatchInlineSnapshot(
      `"hf:acme/tiny@main/onnx/model.bin is longer than the 3000000 bytes that the repository says. It was thrown away. Something between here and there answers in its place, or sends it compressed."`,
    );
    expect(hub.downloads()).toHaveLength(1);
    const folder = join(dir, 'cache/models/hf/acme/tiny', COMMIT_A, 'onnx');
    await expect(stat(join(folder, 'model.bin.part'))).rejects.toThrow('ENOENT');
  });

  it('says how to get at a gated repository', async () => {
    await using hub = await startHub(FILES);
    const say = (error: Error) => error.message.replaceAll(hub.origin, 'https://huggingface.co');
    hub.behaviour.gated = 'no-token';
    const without = await openStore({ endpoint: hub.origin });
    const first = await failure(without.store.get(ref));
    expect(first.code).toBe('SV_MODEL_GATED');
    expect(say(first)).toMatchInlineSnapshot(
      `"hf:acme/tiny@main/onnx/model.bin is gated (the server answered 401). No token was given. Accept the licence at https://huggingface.co/acme/tiny, make a token with read access at https://huggingface.co/settings/tokens and set HF_TOKEN to it."`,
    );
    hub.behaviour.gated = 'no-access';
    const { store } = await openStore({ endpoint: hub.origin, token: 'hf_secret' });
    expect(say(await failure(store.get(ref)))).toMatchInlineSnapshot(
      `"hf:acme/tiny@main/onnx/model.bin is gated (the server answered 403). The token given in HF_TOKEN was sent and may not read it. Accept the licence at https://huggingface.co/acme/tiny, make a token with read access at https://huggingface.co/settings/tokens and set HF_TOKEN to it."`,
    );
  });

  it('names what does not exist', async () => {
    await using hub = await startHub(FILES);
    const { store } = await openStore({ endpoint: hub.origin });
    const messages: string[] = [];
    for (const wrong of [`hf:${REPO}@main/no.onnx`, `hf:${REPO}@nope/config.json`, 'hf:acme/none@main/x'] as const) {
      const error = await failure(store.get(wrong));
      expect(error.code).toBe('SV_MODEL_NOT_FOUND');
      messages.push(error.message.replaceAll(hub.origin, 'https://huggingface.co'));
    }
    expect(messages).toMatchInlineSnapshot(`
      [
        "acme/tiny has no file no.onnx at revision aaaaaaaa. Its files are listed at https://huggingface.co/acme/tiny/tree/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.",
        "The repository of acme/tiny@nope has no such revision (the server answered 404). Check the name, the revision and the file at https://huggingface.co/acme/tiny; a private one needs HF_TOKEN.",
        "No repository for acme/none@main is visible without a token (the server answered 401). Check the name, the revision and the file at https://huggingface.co/acme/none; a private one needs HF_TOKEN.",
      ]
    `);
  });
});

describe('a download', () => {
  it('goes on after broken connections', async () => {
    await using hub = await startHub(FILES);
    hub.behaviour.cuts = [700_000, 900_000, 300_000, 200_000, 100_000, 50_000];
    const { store } = await openStore();
    const file = await store.get(plain(hub.origin, 'onnx/model.bin'));
    expect((await readFile(file.path)).equals(WEIGHTS)).toBe(true);
    const ranges = hub.seen.map(({ headers }) => headers.range);
    expect(ranges[0]).toBeUndefined();
    expect(ranges.slice(1).every((range) => /^bytes=[1-9]\d*-$/.test(range ?? ''))).toBe(true);
    expect(hub.seen.slice(1).every(({ headers }) => headers['if-range'] !== undefined)).toBe(true);
  });

  it.each([
    ['ignores ranges', { ranges: false }],
    ['has weak ETags', { etag: 'weak' }],
    ['has no ETags', { etag: 'none' }],
    ['tells no length', { chunked: true }],
  ] as const)('arrives whole from a server that %s', async (_name, behaviour) => {
    await using hub = await startHub(FILES);
    Object.assign(hub.behaviour, behaviour, { cuts: [1_000_000] });
    const { store } = await openStore();
    expect((await readFile((await store.get(plain(hub.origin, 'onnx/model.bin'))).path)).equals(WEIGHTS)).toBe(true);
    expect(hub.seen.length).toBeGreaterThanOrEqual(2);
  });

  it('starts over where the file changed between two tries', async () => {
    await using hub = await startHub({ ...FILES, 'onnx/model.bin': content(3_000_000, 5) });
    hub.behaviour.cuts = [1_000_000];
    const { store } = await openStore({ retries: 0 });
    const wanted = plain(hub.origin, 'onnx/model.bin');
    expect((await failure(store.get(wanted))).code).toBe('SV_MODEL_DOWNLOAD');
    hub.files['onnx/model.bin'] = WEIGHTS;
    expect((await readFile((await store.get(wanted)).path)).equals(WEIGHTS)).toBe(true);
  });

  it('starts over where a resumed one turns out wrong', async () => {
    await using hub = await startHub({ ...FILES, 'onnx/model.bin': content(3_000_000, 5) });
    Object.assign(hub.behaviour, { cuts: [1_000_000], etag: 'none' });
    const { store } = await openStore({ retries: 0 });
    const wanted = plain(hub.origin, 'onnx/model.bin');
    await failure(store.get(wanted));
    hub.files['onnx/model.bin'] = WEIGHTS;
    expect((await readFile((await store.get(wanted)).path)).equals(WEIGHTS)).toBe(true);
    expect(hub.seen.map(({ status }) => status)).toEqual([200, 206, 200]);
  });

  it('waits for a busy server, and names it in the end', async () => {
    await using hub = await startHub(FILES);
    hub.behaviour.statuses = [503, 429, 500];
    const { store } = await openStore();
    await store.get(plain(hub.origin, 'config.json'));
    hub.behaviour.statuses = [503, 503, 503, 503];
    const error = await failure(store.get(plain(hub.origin, 'onnx/model.bin')));
    expect(error.code).toBe('SV_MODEL_DOWNLOAD');
    expect(error.message.replaceAll(hub.origin, 'https://host')).toMatchInlineSnapshot(
      `"https://host/plain/onnx/model.bin could not be downloaded in 4 tries: The server answered 503 for https://host/plain/onnx/model.bin. What arrived is kept: try again later. What arrived is kept, and the next try goes on from there. Check the network."`,
    );
  });

  it('gives up a silent connection and goes on', async () => {
    await using hub = await startHub(FILES);
    hub.behaviour.pace = { bytes: 1_000_000, ms: 2_000 };
    const { store } = await openStore({ stallMs: 400, retries: 20 });
    expect((await readFile((await store.get(plain(hub.origin, 'onnx/model.bin'))).path)).equals(WEIGHTS)).toBe(true);
    expect(hub.seen.length).toBeGreaterThan(1);
  });

  it('ends when the caller gives up, and is resumed by the next', async () => {
    await using hub = await startHub(FILES);
    hub.behaviour.pace = { bytes: 500_000, ms: 20 };
    const giveUp = new AbortController();
    const first = await openStore({ onProgress: ({ bytes }) => bytes > 600_000 && giveUp.abort() });
    const wanted = plain(hub.origin, 'onnx/model.bin');
    const error = await failure(first.store.get(wanted, { signal: giveUp.signal }));
    expect(error.code).toBe('SV_ABORTED');
    const { store } = await openStore({ dir: first.dir });
    expect((await readFile((await store.get(wanted)).path)).equals(WEIGHTS)).toBe(true);
    expect(hub.seen.at(-1)?.headers.range).toMatch(/^bytes=\d+-$/);
  });

  it('keeps no signature of a URL', async () => {
    await using hub = await startHub(FILES);
    const { store, dir, log } = await openStore();
    const signed = plain(hub.origin, 'onnx/model.bin').replace('#', '?X-Signature=SECRET#') as ModelRef;
    const file = await store.get(signed);
    expect(file.ref).toBe(plain(hub.origin, 'onnx/model.bin'));
    expect(hub.seen.at(-1)?.url).toContain('?X-Signature=SECRET');
    expect(await store.pinned()).toEqual([file.ref]);
    const index = join(dir, 'cache/models/index');
    const entries = await Promise.all((await readdir(index)).map((name) => readFile(join(index, name), 'utf8')));
    const texts = [await readFile(join(dir, 'sv.lock'), 'utf8'), ...entries, JSON.stringify(await store.list())];
    expect([...texts, ...log.lines].join('\n')).not.toContain('SECRET');
    expect(await (await openStore({ dir, offline: true })).store.get(signed)).toEqual(file);
    expect(await store.unpin([signed])).toEqual([file.ref]);
  });

  it('is made once for callers at the same time', async () => {
    await using hub = await startHub(FILES);
    const { store } = await openStore();
    const wanted = plain(hub.origin, 'onnx/model.bin');
    const files = await Promise.all([store.get(wanted), store.get(wanted), store.get(wanted)]);
    expect(new Set(files.map(({ path }) => path)).size).toBe(1);
    expect(hub.seen).toHaveLength(1);
  });

  it('does not happen offline', async () => {
    const dir = await temporaryFolder();
    const noFetch = () => Promise.reject(new Error('the network was touched'));
    const { store } = await openStore({ dir, offline: true, fetch: noFetch });
    for (const wanted of [ref, `hf:${REPO}@${COMMIT_A}/config.json`, plain('https://host', 'x')] as ModelRef[]) {
      const error = await failure(store.get(wanted));
      expect(error.code).toBe('SV_MODEL_OFFLINE');
      expect(error.message).toContain(`sv models pull '${wanted}'`);
    }
    expect((await failure(store.get(ref))).message.replaceAll(dir, '<dir>')).toMatchInlineSnapshot(
      `"\`hf:acme/tiny@main/onnx/model.bin\` is not in the cache (<dir>/cache), and the network is not to be touched. Run \`sv models pull 'hf:acme/tiny@main/onnx/model.bin'\` without --offline and SV_OFFLINE."`,
    );
  });

  it('does not follow a redirect off https', async () => {
    const { store } = await openStore({
      fetch: async () => new Response(null, { status: 302, headers: { location: 'http://elsewhere.org/x' } }),
    });
    const error = await failure(store.get(plain('https://host', 'x')));
    expect(error.message).toMatchInlineSnapshot(
      `"https://host redirected to http://elsewhere.org, which is not https. Use an address that stays on https."`,
    );
  });
});
