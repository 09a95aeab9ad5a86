import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DataContext, Sample } from '@streetvision/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { huggingFaceFormat } from '../../src/huggingface/formats.js';
import { all, context, picture, said, tempFolder } from '../pictures.js';
import { COMMIT, type Hub, NEXT_COMMIT, startHub } from './local-hub.js';
import { hubParquet, noise } from './parquet-bytes.js';

const REPO = 'acme/roads';
const TOKEN = 'hf_TestOfATokenThatMustNotLeak';
const format = huggingFaceFormat({ backoffMs: 1, token: TOKEN });

let hub: Hub;
afterEach(async () => {
  expect(hub.wrong).toEqual([]);
  await hub.close();
  vi.unstubAllEnvs();
});

async function roads() {
  const rows = await Promise.all(
    [0, 1, 0, 1, 1, 0].map(async (label, i) => ({
      image: await picture(i),
      label,
      scene_description: label ? `scene ${i}` : '',
    })),
  );
  const files = {
    'README.md': Buffer.from('# Roads'),
    'data/test-00000-of-00001.parquet': hubParquet(rows.slice(4), { perGroup: 2 }),
    'data/train-00000-of-00002.parquet': hubParquet(rows.slice(0, 2), { perGroup: 2 }),
    'data/train-00001-of-00002.parquet': hubParquet(rows.slice(2, 4), { perGroup: 2, codec: 'GZIP' }),
  };
  hub = await startHub(REPO, files, TOKEN);
  const cache = await tempFolder();
  const ctx = (changes: Partial<DataContext> = {}, remote = {}) =>
    context(cache, { remote: { cache, endpoint: hub.endpoint, ...remote }, ...changes });
  return { rows, files, cache, ctx };
}

describe('hf', () => {
  it('reads rows of every file, with parts, metadata and pictures', async () => {
    const { rows, ctx } = await roads();
    const dataset = await format.open(REPO, ctx());
    expect(dataset.name).toBe(`hf:${REPO}@${COMMIT}`);
    const samples = await all(dataset);
    expect(samples.map(({ label, split }) => `${split} ${label}`)).toEqual([
      'test roadwork',
      'test none',
      'train none',
      'train roadwork',
      'train none',
      'train roadwork',
    ]);
    expect(said(samples[0] as Sample)).toEqual({
      id: 'data/test-00000-of-00001.parquet#0',
      label: 'roadwork',
      group: 'data/test-00000-of-00001.parquet#0',
      source: REPO,
      split: 'test',
      meta: { scene_description: 'scene 4', weather: 'dry' },
    });
    expect(Buffer.from(await (samples[5] as Sample).read())).toEqual(rows[3]?.image);
    expect(Buffer.from(await (samples[0] as Sample).read())).toEqual(rows[4]?.image);
    expect((await all(dataset)).map(({ id }) => id)).toEqual(samples.map(({ id }) => id));
  });

  it('takes one split and groups by a column', async () => {
    const { ctx } = await roads();
    const dataset = await format.open(`${REPO}@main?split=train`, ctx({ group: 'weather' }));
    const samples = await all(dataset);
    expect(samples.map(({ group, split }) => [group, split])).toEqual(Array(4).fill(['dry', undefined]));
    await expect(format.open(`${REPO}?split=dev`, ctx())).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: hf:acme/roads@cccccccccccccccccccccccccccccccccccccccc has no split \`dev\`. Its file names speak of test, train.]`,
    );
    await expect(format.open(REPO, ctx({ group: 'camera' }))).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: data/test-00000-of-00001.parquet has no column \`camera\`. Its columns are image, label, scene_description, weather. Name one of them with --group, or leave it out.]`,
    );
  });

  it('keeps to the commit it saw first until asked for a newer one', async () => {
    const { ctx } = await roads();
    await format.open(REPO, ctx());
    hub.commit = NEXT_COMMIT;
    const asked = hub.requests.length;
    await expect(format.open(REPO, ctx())).rejects.toMatchObject({ code: 'SV_DATA_NOT_FOUND' });
    expect(hub.requests.slice(asked).every((path) => path.includes(COMMIT))).toBe(true);
    expect((await format.open(`${REPO}?update=1`, ctx())).name).toBe(`hf:${REPO}@${NEXT_COMMIT}`);
    expect((await format.open(REPO, ctx())).name).toBe(`hf:${REPO}@${NEXT_COMMIT}`);
  });

  it('goes on after broken connections and servers that are busy', async () => {
    const { rows, ctx } = await roads();
    hub.statuses.push(503, 429);
    hub.cuts = 2;
    const [sample] = await all(await format.open(`${REPO}?split=train`, ctx()));
    hub.statuses.push(500);
    expect(Buffer.from((await sample?.read()) as Uint8Array)).toEqual(rows[0]?.image);
  });

  it('keeps ranges where asked, and then needs no network', async () => {
    const { rows, ctx, cache } = await roads();
    const ref = `${REPO}?split=train&keep=1`;
    for (const sample of await all(await format.open(ref, ctx()))) await sample.read();
    const asked = hub.requests.length;
    const offline = await all(await format.open(ref, ctx({}, { offline: true })));
    expect(Buffer.from((await offline[2]?.read()) as Uint8Array)).toEqual(rows[2]?.image);
    expect(hub.requests.length).toBe(asked);
    vi.stubEnv('SV_OFFLINE', '1');
    await expect(format.open(`${REPO}?split=test`, ctx())).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: acme/roads@cccccccc/data/test-00000-of-00001.parquet is not in the cache, and the network is not to be touched. Run once without --offline and SV_OFFLINE; \`?keep=1\` keeps what was read.]`,
    );
    const kept = await readdir(cache, { recursive: true, withFileTypes: true });
    for (const entry of kept.filter((one) => one.isFile())) {
      expect((await readFile(join(entry.parentPath, entry.name))).includes(TOKEN)).toBe(false);
    }
  });

  it('says what is wrong without the token', async () => {
    const { ctx } = await roads();
    const wrong = huggingFaceFormat({ backoffMs: 1, token: 'hf_other' });
    const error = await Promise.resolve(wrong.open(REPO, ctx())).catch((thrown: Error) => thrown);
    expect((error as Error).message.replaceAll(hub.endpoint, 'HUB')).toMatchInlineSnapshot(
      `"the dataset acme/roads@main is restricted (the server answered 401). The token in HF_TOKEN was sent and may not read it. Accept its terms at HUB/datasets/acme/roads where there are any, and set HF_TOKEN to a token with read access."`,
    );
    await expect(format.open('acme/none', ctx())).rejects.toMatchObject({ code: 'SV_DATA_NOT_FOUND' });
    for (const ref of ['roads', '../x', 'acme/..', 'acme/roads?spilt=x', 'acme/roads@a@b']) {
      await expect(async () => format.open(ref, ctx())).rejects.toMatchObject({ code: 'SV_DATA_FORMAT' });
    }
    hub.ranges = false;
    await expect(format.open(REPO, ctx())).rejects.toThrow(/gave the whole file of acme\/roads@cccccccc/);
  });

  it('reads much less than the file: footers and small columns, then single row groups', async () => {
    const rows = Array.from({ length: 256 }, (_, i) => ({ image: noise(i, 64 * 1024), label: i % 2 }));
    const file = hubParquet(rows, { perGroup: 8 });
    expect(file.length).toBeGreaterThan(16e6);
    hub = await startHub(REPO, { 'data.parquet': file });
    const cache = await tempFolder();
    const small = huggingFaceFormat({ memory: 1.5e6, backoffMs: 1 });
    const dataset = await small.open(REPO, context(cache, { remote: { cache, endpoint: hub.endpoint } }));
    const samples = await all(dataset);
    expect([samples.length, dataset.count]).toEqual([256, 256]);
    expect(hub.sent).toBeLessThan(700_000);
    const before = hub.sent;
    for (const i of [100, 101, 96, 103]) expect(await samples[i]?.read()).toEqual(rows[i]?.image);
    // One row group of 8 × 64 kB, once.
    expect(hub.sent - before).toBeLessThan(600_000);
    await samples[0]?.read();
    await samples[200]?.read();
    await samples[20]?.read();
    const again = hub.sent;
    expect(await samples[100]?.read()).toEqual(rows[100]?.image);
    expect(hub.sent - again).toBeGreaterThan(500_000);
  });
});
