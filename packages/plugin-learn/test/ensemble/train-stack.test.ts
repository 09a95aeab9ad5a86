import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createProject,
  createRandom,
  createRuntime,
  type Dataset,
  defineConfig,
  definePlugin,
  defineStage,
  learned,
  silent,
  type Task,
} from '@streetvision/core';
import { testPicture } from '@streetvision/core/testing';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { summariseStack, trainStack } from '../../src/ensemble/index.js';

const task: Task = { name: 'roadwork', classes: ['no_roadwork', 'roadwork'], positive: 'roadwork' };
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

let picture: Uint8Array;
beforeAll(async () => {
  picture = await testPicture({ width: 8, height: 8 });
});

const bytesOf = (i: number) => Uint8Array.from([...picture, i]);

const dataset = (n: number): Dataset => ({
  name: 'labels.csv',
  async *samples() {
    for (let i = 0; i < n; i++) {
      yield {
        id: `${i}.jpg`,
        label: i % 2 ? 'roadwork' : 'no_roadwork',
        group: `clip ${i >> 2}`,
        source: 'photos',
        meta: {},
        read: async () => bytesOf(i),
      };
    }
  },
});

/** A stage that knows the label of a picture through noise, and loads a file whose run folder may say what it was trained on. */
function knowing(name: string, noise: number, asked: number[], file?: string) {
  return defineStage({
    name,
    load: async (ctx) => (file === undefined ? undefined : (await ctx.model(`file:${file}`)).sha256),
    run: (frames) =>
      frames.map(({ bytes }) => {
        const i = bytes.at(-1) as number;
        asked.push(i);
        const random = createRandom(`${name} ${i}`);
        return { score: sigmoid((i % 2 ? 1 : -1) + noise * random.normal()) };
      }),
    identity: () => name,
  });
}

async function setUp(trained: readonly number[] = []) {
  const dir = await mkdtemp(join(tmpdir(), 'sv-stack-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  await writeFile(join(dir, 'head.bin'), 'head');
  const lines = trained.map((i) => {
    const sha256 = createHash('sha256').update(bytesOf(i)).digest('hex');
    return JSON.stringify({ id: `${i}.jpg`, sha256, group: `${i}.jpg` });
  });
  if (lines.length > 0) await writeFile(join(dir, 'data.jsonl'), `${lines.join('\n')}\n`);
  const asked: number[] = [];
  const stages = [knowing('good', 0.7, asked, join(dir, 'head.bin')), knowing('poor', 4, asked)];
  const config = defineConfig({
    task,
    plugins: [definePlugin({ name: 'p', api: '^1', stages })],
    // The file is not there yet.
    cascade: [{ run: ['good', 'poor'], fuse: learned('./stack.json') }],
    models: { cache: join(dir, 'cache') },
  });
  const project = await createProject(config, { cwd: dir, log: silent });
  onTestFinished(() => project.close());
  return { dir, project, config, asked, out: join(dir, 'stack.json') };
}

describe('trainStack', () => {
  it('records, learns and writes what the rule of the config then reads', async () => {
    const { dir, project, config, asked, out } = await setUp();
    const trained = await trainStack(project, dataset(120), { out });
    const [good, poor] = trained.stack.stages;
    expect([good?.stage, poor?.stage]).toEqual(['good', 'poor']);
    expect(good?.weight).toBeGreaterThan(0.7);
    expect(JSON.parse(await readFile(out, 'utf8'))).toEqual(JSON.parse(JSON.stringify(trained.stack)));
    expect(summariseStack(trained)).toContain("fuse: learned('./stack.json')");
    await using sv = await createRuntime(config, { cwd: dir, log: silent });
    expect((await sv.run(bytesOf(3))).score).toBeGreaterThan(0.5);
    // Another run goes on from the recording.
    const before = asked.length;
    await trainStack(project, dataset(120), { out, method: 'logistic' });
    expect(asked.length).toBe(before);
  });

  it('leaves out what a head was trained on, and refuses where nothing is left', async () => {
    const some = await setUp([0, 1, 2]);
    const { trainedOn, stack } = await trainStack(some.project, dataset(60), { out: some.out });
    expect(trainedOn).toBe(3);
    expect(stack.n).toBe(57);
    const all = await setUp([0, 1, 2, 3]);
    await expect(trainStack(all.project, dataset(4), { out: all.out })).rejects.toThrow(
      'A head was trained on all 4 pictures of labels.csv',
    );
  });
});
