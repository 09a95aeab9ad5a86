import { readdir, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { SvError, silent } from '@streetvision/core';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { jsonl } from '../../src/formats/jsonl.js';
import { automatic1111 } from '../../src/generate/automatic1111.js';
import { type GenerateOptions, generatePictures } from '../../src/generate/generate-pictures.js';
import type { PromptGrid } from '../../src/generate/grid.js';
import { refusal } from '../../src/generate/refusal.js';
import type { GenerateRequest, Generator } from '../../src/generate/types.js';
import { all, context, tempFolder } from '../pictures.js';

const grid: PromptGrid = {
  scenes: ['street', 'road', 'bridge'],
  weather: ['rain', 'sun'],
  times: ['night', 'day'],
  classes: { roadwork: { subjects: ['cones'] }, none: { subjects: ['cars'], hard: ['an orange car'] } },
};

/** Large soft blots: pictures of two seeds do not look alike. */
async function blots(seed: number): Promise<Buffer> {
  let state = seed >>> 0 || 1;
  const data = Buffer.alloc(8 * 6 * 3).map(() => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
  return sharp(data, { raw: { width: 8, height: 6, channels: 3 } })
    .resize(64, 48, { kernel: 'cubic' })
    .png()
    .toBuffer();
}
const plain = (level: number) =>
  sharp({ create: { width: 64, height: 48, channels: 3, background: { r: level, g: level, b: level } } })
    .png()
    .toBuffer();

function generator(make: (request: GenerateRequest, call: number) => Promise<Uint8Array> = ({ seed }) => blots(seed)) {
  const requests: GenerateRequest[] = [];
  const made: Generator = {
    name: 'local',
    defaults: { width: 64, height: 48, steps: 5, guidance: 2 },
    generate: async (request) => {
      requests.push(request);
      return make(request, requests.length - 1);
    },
  };
  return { made, requests };
}

const run = async (out: string, made: Generator, changes: Partial<GenerateOptions> = {}) =>
  generatePictures({
    generator: made,
    grid,
    out,
    count: 6,
    signal: new AbortController().signal,
    log: silent,
    backoffMs: 1,
    ...changes,
  });

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

const files = async (out: string) =>
  (await readdir(out, { recursive: true })).filter((name) => /\.(png|jpg)$/.test(name)).sort();

describe('generatePictures', () => {
  it('writes pictures, labels by prompt and a manifest that reads back', async () => {
    const out = await tempFolder();
    const { made, requests } = generator();
    const done = await run(out, made, { seed: 7, price: 0.002 });
    expect(done).toEqual({
      ...{ pictures: 6, labels: { none: 3, roadwork: 3 }, requests: 6, requestsNow: 6, refused: {}, stopped: null },
      ...{ cost: expect.closeTo(0.012), file: join(out, 'data.jsonl') },
    });
    const ctx = context(out);
    const samples = await all(await jsonl(() => []).open('data.jsonl', ctx));
    expect(ctx.problems).toEqual([]);
    expect(samples.map(({ id, label }) => [id.split('/')[0], label])).toEqual(
      samples.map(({ label }) => [label, label]),
    );
    expect(samples[0]).toMatchObject({
      label: 'roadwork',
      source: 'generated-local',
      group: `local/${requests[0]?.seed}`,
    });
    expect(samples[0]?.meta).toMatchObject({
      prompt: requests[0]?.prompt,
      seed: requests[0]?.seed,
      steps: 5,
      weather: expect.any(String),
      hard: false,
    });
    expect(Buffer.from((await samples[0]?.read()) as Uint8Array)).toEqual(await blots(requests[0]?.seed as number));
    expect(new Set(requests.map(({ seed }) => seed)).size).toBe(6);
  });

  it('goes on where it was stopped, and gives the same as one run', async () => {
    const [whole, broken] = [await tempFolder(), await tempFolder()];
    await run(whole, generator().made);
    const stop = new AbortController();
    const first = generator(async ({ seed }, call) => {
      if (call === 3) {
        stop.abort();
        throw new Error('killed');
      }
      return blots(seed);
    });
    await expect(run(broken, first.made, { signal: stop.signal })).rejects.toThrow('killed');
    const second = generator();
    const done = await run(broken, second.made);
    // The one that was cut off counts.
    expect([second.requests.length, done.requestsNow, done.requests]).toEqual([3, 3, 7]);
    expect(await readFile(join(broken, 'data.jsonl'), 'utf8')).toBe(await readFile(join(whole, 'data.jsonl'), 'utf8'));
    // Killed between the picture and its line: the picture is taken as it lies.
    const journal = (await readFile(join(broken, 'generate.jsonl'), 'utf8')).trimEnd().split('\n');
    const { writeFile } = await import('node:fs/promises');
    await writeFile(
      join(broken, 'generate.jsonl'),
      `${journal.slice(0, -1).join('\n')}\n${journal.at(-1)?.slice(0, 30)}`,
    );
    await rm(join(broken, 'data.jsonl'));
    const third = generator();
    await run(broken, third.made);
    expect(third.requests).toEqual([]);
    expect(await readFile(join(broken, 'data.jsonl'), 'utf8')).toBe(await readFile(join(whole, 'data.jsonl'), 'utf8'));
    const more = generator();
    expect((await run(broken, more.made, { count: 8 })).pictures).toBe(8);
    expect(more.requests.length).toBe(2);
    await expect(run(broken, more.made, { seed: 9 })).rejects.toThrow(/was begun with other settings \(seed\)/);
    const other = { ...more.made, identity: { checkpoint: 'sdxl' } };
    await expect(run(broken, other, { source: 'else', duplicateBits: 0 })).rejects.toThrow(
      /was begun with other settings \(checkpoint, source, duplicateBits\)/,
    );
  });

  it('keeps to its budget in requests and in money, over all runs', async () => {
    const out = await tempFolder();
    const { made, requests } = generator();
    const spent = await run(out, made, { price: 0.1, budget: 0.3 });
    expect([spent.pictures, spent.stopped, spent.cost.toFixed(2)]).toEqual([3, 'budget', '0.30']);
    expect((await run(out, made, { price: 0.1, budget: 0.3 })).requestsNow).toBe(0);
    expect((await run(out, made, { price: 0.1, budget: 0.45 })).requestsNow).toBe(1);
    expect((await run(out, made, { maxRequests: 5 })).stopped).toBe('requests');
    expect(requests.length).toBe(5);
  });

  it('counts what failed and what was cut off, and takes back what was never sent', async () => {
    const lost = () => {
      throw new SvError('SV_GENERATOR', 'the connection broke');
    };
    const out = await tempFolder();
    const { made, requests } = generator(async () => lost());
    for (let i = 0; i < 2; i++) {
      await expect(run(out, made, { price: 1, budget: 2 })).rejects.toThrow('Raise --budget');
      await expect(run(out, made, { maxRequests: 2 })).rejects.toThrow('None of 2 pictures');
    }
    expect(requests.length).toBe(2);
    // A request that is sent once more by the generator itself asks first.
    const again: boolean[] = [];
    const busy: Generator = {
      ...made,
      async generate({ seed }, ctx) {
        for (let i = 0; i < 3; i++) again.push((await ctx.again?.()) ?? true);
        return blots(seed);
      },
    };
    const spent = await run(await tempFolder(), busy, { price: 1, budget: 3 });
    expect([again, spent.pictures, spent.cost, spent.requests]).toEqual([[true, true, false], 1, 3, 3]);
    const away = await tempFolder();
    const closed = automatic1111({ url: `http://127.0.0.1:${await freePort()}`, retries: 0, backoffMs: 1 });
    await expect(run(away, closed, { price: 1, budget: 1 })).rejects.toThrow('did not answer');
    expect((await readFile(join(away, 'generate.jsonl'), 'utf8')).match(/"unsent":true/g)?.length).toBe(3);
  });

  it('leaves out black, blank, unreadable, refused and repeated pictures', async () => {
    const out = await tempFolder();
    const odd = [
      plain(0),
      plain(128),
      Promise.resolve(Buffer.from('<html>')),
      sharp(await blots(99))
        .jpeg({ quality: 70 })
        .toBuffer(),
    ];
    const { made, requests } = generator(async ({ seed }, call) => {
      if (call === 0) return blots(99);
      if (call === 5) throw refusal('local', 'nsfw');
      return (await odd[call - 1]) ?? blots(seed);
    });
    const done = await run(out, made, { price: 1 });
    expect(done.refused).toEqual({ black: 1, blank: 1, unreadable: 1, duplicate: 1, refused: 1 });
    expect([done.pictures, done.cost, requests.length, (await files(out)).length]).toEqual([6, 11, 11, 6]);
  });

  it('tries a failed request again, and gives up after three failures in a row', async () => {
    const fail = () => {
      throw new SvError('SV_GENERATOR', 'out of memory');
    };
    const shaky = generator(async ({ seed }, call) => (call % 3 === 2 ? blots(seed) : fail()));
    const enough = { count: 2, maxRequests: 6 };
    expect(await run(await tempFolder(), shaky.made, enough)).toMatchObject({ pictures: 2, requests: 6 });
    const out = await tempFolder();
    await expect(run(out, generator(async () => fail()).made)).rejects.toThrow('out of memory');
    const bug = generator(async () => {
      throw new TypeError('no such thing');
    });
    await expect(run(out, bug.made)).rejects.toThrow('no such thing');
    expect(bug.requests.length).toBe(1);
    await expect(
      run(await tempFolder(), generator(async () => plain(0)).made, { count: 1 }),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: None of 2 pictures can be used: {"black":2}. Look at what the generator makes of the prompts.]`,
    );
  });

  it('keeps a picture in the group of the one it started from', async () => {
    const out = await tempFolder();
    const { made, requests } = generator();
    const init = (label: string, index: number) => ({
      id: `${label}-${index}`,
      group: `clip-${index % 2}`,
      read: () => blots(index),
    });
    await run(out, made, { count: 4, init, strength: 0.6 });
    expect(requests[0]?.init).toEqual({ bytes: await blots(0), strength: 0.6 });
    const samples = await all(await jsonl(() => []).open('data.jsonl', context(out)));
    expect(samples.map(({ group, meta }) => [group, meta.init])).toEqual(
      [0, 1, 2, 3].map((i) => [`clip-${i % 2}`, `${i % 2 ? 'none' : 'roadwork'}-${i}`]),
    );
  });

  it('refuses settings that are out of range', async () => {
    const out = await tempFolder();
    for (const wrong of [
      { count: 0 },
      { price: -1 },
      { budget: Number.NaN },
      { duplicateBits: 20 },
      { strength: 0 },
      { width: 1e6 },
      { maxRequests: 0 },
    ]) {
      await expect(run(out, generator().made, wrong)).rejects.toMatchObject({ code: 'SV_TRAIN_OPTIONS' });
    }
  });
});
