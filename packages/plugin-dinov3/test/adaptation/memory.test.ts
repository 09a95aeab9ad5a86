import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createProject, createRandom, type Dataset, type Sample, silent } from '@streetvision/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { kCentre } from '../../src/adaptation/choose.js';
import { largest } from '../../src/adaptation/retrieve.js';
import {
  type BuildMemoryOptions,
  buildMemory,
  createRetriever,
  dinov3,
  readMemory,
  writeMemory,
} from '../../src/index.js';
import { picture } from '../model-folder.js';
import { bench, red, sigmoid, task } from './fixture.js';

const sample = (id: string, label: string | null, read: () => Promise<Uint8Array>, split?: string): Sample => ({
  id,
  label,
  group: id,
  source: 's',
  meta: {},
  read,
  ...(split !== undefined && { split }),
});

const colours = (...rows: readonly (readonly [label: string | null, r: number, g: number, b: number])[]): Dataset => ({
  name: 'colours',
  async *samples() {
    for (const [i, [label, r, g, b]] of rows.entries()) yield sample(`${i}`, label, () => picture(r, g, b));
  },
});

async function build(dataset: Dataset, options: Partial<BuildMemoryOptions> = {}) {
  const own = await bench();
  const project = await createProject(
    {
      task,
      // As it would be used: the memory is not there yet.
      plugins: [dinov3({ backbone: './colour', head: './head.onnx', memory: { path: './memory.bin' } })],
      cascade: [{ run: 'dinov3' }],
      models: { cache: join(own.dir, 'cache') },
    },
    { cwd: own.dir, log: silent },
  );
  onTestFinished(() => project.close());
  const out = join(own.dir, 'memory.bin');
  return { ...own, out, built: await buildMemory(project, dataset, { out, ...options }) };
}

const training = colours(
  ['roadwork', 255, 0, 0],
  ['roadwork', 255, 0, 51],
  ['no_roadwork', 0, 255, 0],
  ['no_roadwork', 0, 255, 51],
);

describe('a memory', () => {
  it('admits what the head answers rightly and surely, and counts the rest', async () => {
    const broken = async () => Uint8Array.from([1, 2, 3]);
    const { built, out } = await build({
      name: 'colours',
      async *samples() {
        yield* training.samples();
        yield sample('wrong label', 'roadwork', () => picture(0, 255, 0));
        yield sample('unsure', 'roadwork', () => picture(100, 100, 0));
        yield sample('no label', null, () => picture(100, 100, 0));
        yield sample('broken', 'roadwork', broken);
      },
    });
    expect(built).toMatchObject({
      entries: 4,
      byClass: { no_roadwork: 2, roadwork: 2 },
      leftOut: { wrong: 1, unsure: 1, unusable: 2, surplus: 0 },
    });
    const memory = await readMemory(out);
    expect(memory.ids).toEqual(['0', '1', '2', '3']);
    expect([...memory.labels]).toEqual([1, 1, 0, 0]);
    expect(Math.hypot(...memory.embeddings.subarray(3, 6))).toBeCloseTo(1, 6);
  });

  it('takes the part for training where the data has parts', async () => {
    const { built } = await build({
      name: 'colours',
      async *samples() {
        yield sample('a', 'roadwork', red, 'train');
        yield sample('b', 'roadwork', red, 'test');
      },
    });
    expect(built.entries).toBe(1);
  });

  it('mixes votes of the nearest into the answer', async () => {
    const { open } = await build(training);
    const memory = { path: './memory.bin', k: 2, weight: 0.25 };
    await using sv = await open({ memory });
    const plain = sigmoid(4 * 0.4 - 4 * 0.2 + 0.5);
    expect((await sv.run(await picture(102, 51, 0))).score).toBeCloseTo(0.75 * plain + 0.25, 5);
    const other = sigmoid(4 * 0.2 - 4 * 0.4 + 0.5);
    expect((await sv.run(await picture(51, 102, 0))).score).toBeCloseTo(0.75 * other, 5);
  });

  it('keeps the farthest apart, each class its share, or the last ones', async () => {
    const many = colours(
      ...Array.from({ length: 6 }, (_, i) => ['roadwork', 255, i, 0] as const),
      ['roadwork', 255, 0, 255],
      ['no_roadwork', 0, 255, 0],
    );
    const far = await build(many, { capacity: 4 });
    expect(far.built.leftOut.surplus).toBe(4);
    const { ids } = await readMemory(far.out);
    expect(ids).toContain('6');
    expect(ids).toContain('7');
    const last = await build(many, { capacity: 2, keep: 'fifo' });
    expect((await readMemory(last.out)).ids).toEqual(['6', '7']);
  });

  it('is refused by another backbone, a head of other classes, or a capacity that is less', async () => {
    const { dir, out, open } = await build(training);
    const memory = await readMemory(out);
    const path = join(dir, 'other.bin');
    await writeMemory(path, { ...memory, backbone: { ...memory.backbone, sha256: 'b'.repeat(64), feature: 'mean' } });
    const failure = await open({ memory: { path } }).catch((error) => error);
    expect(failure.code).toBe('SV_MEMORY_MISMATCH');
    expect(failure.message).toContain('feature is pooler, it was built with mean');
    expect(failure.message).toContain('(sha256 bbbbbbbbbbbb…)');
    await writeMemory(path, { ...memory, classes: ['none', 'roadwork'] });
    await expect(open({ memory: { path } })).rejects.toThrow(/it holds none, roadwork/);
    await expect(open({ memory: { path: out, capacity: 3 } })).rejects.toThrow(/more than the capacity of 3/);
  });

  it('is refused where it is damaged, cut off, or none', async () => {
    const { dir, out } = await build(training);
    const bytes = await readFile(out);
    const path = join(dir, 'damaged.bin');
    const reading = async (changed: Uint8Array) => {
      await writeFile(path, changed);
      return readMemory(path).then(
        () => 'read',
        (error) => `${error.code} ${error.message.replace(path, '…')}`,
      );
    };
    const flipped = Buffer.from(bytes);
    flipped[flipped.length - 8] = (flipped[flipped.length - 8] as number) ^ 1;
    expect(await reading(bytes)).toBe('read');
    expect(await reading(flipped)).toContain('SV_MEMORY_INVALID … was damaged or edited');
    expect(await reading(bytes.subarray(0, -3))).toContain('it was cut off');
    expect(await reading(bytes.subarray(0, 40))).toContain('not JSON');
    expect(await reading(Buffer.from('PNG'))).toContain('is no memory');
  });

  it('wants something to remember', async () => {
    await expect(build(colours(['roadwork', 0, 255, 0]))).rejects.toMatchObject({ code: 'SV_DATA_EMPTY' });
  });
});

describe('retrieval', () => {
  it('finds the k nearest by cosine, as sorting does', () => {
    const random = createRandom(5);
    const values = Float32Array.from({ length: 500 }, () => Math.fround(random.below(50) / 50));
    const sorted = [...values.keys()].sort((a, b) => (values[b] as number) - (values[a] as number) || a - b);
    expect(largest(values, 20)).toEqual(sorted.slice(0, 20));
    expect(largest(values.subarray(0, 3), 20)).toHaveLength(3);
  });

  it('weighs votes by similarity', () => {
    const retriever = createRetriever(
      {
        backbone: { id: 'b', sha256: '', feature: 'pooler', l2: false, preprocessing: { width: 8, height: 8 } },
        classes: ['no', 'yes'],
        dimension: 2,
        embeddings: Float32Array.of(1, 0, 0, 1),
        labels: Uint8Array.of(0, 1),
        ids: ['a', 'b'],
        built: {},
      },
      2,
      0.5,
    );
    const [no, yes] = retriever.vote(Float32Array.of(6, 8)) as [number, number];
    expect(yes).toBeCloseTo(sigmoid((0.8 - 0.6) / 0.5), 6);
    expect(no + yes).toBeCloseTo(1, 12);
  });
});

describe('kCentre', () => {
  it('takes the farthest from those it has', () => {
    const at = (degrees: number) => [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
    const points = Float32Array.from([0, 10, 90, 180, 170].flatMap(at));
    expect(kCentre(points, 2, 3)).toEqual([0, 3, 2]);
    expect(kCentre(points, 2, 9)).toHaveLength(5);
    expect(new Set(kCentre(new Float32Array(8).fill(0.5), 2, 4)).size).toBe(4);
  });
});
