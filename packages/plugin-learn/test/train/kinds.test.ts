import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Task } from '@streetvision/core';
import { testPicture } from '@streetvision/core/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TrainOptions } from '../../src/train/options.js';
import { runHead } from '../../src/train/run-head.js';
import { train } from '../../src/train/train.js';
import { fruit, type Listed, openProject } from './project.js';

let dir: string;
let photos: Listed[];
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sv-kinds-'));
  photos = await fruit(48, { groups: 8, hard: 0.1 });
});
afterAll(() => rm(dir, { recursive: true }));

async function trained(
  samples: readonly Listed[],
  options: Partial<TrainOptions> & { readonly out: string },
  task?: Task,
) {
  const { project } = await openProject({ photos: samples }, dir, task ? { task } : {});
  try {
    const run = await train(project, { data: 'list:photos', rounds: 20, folds: 3, ...options });
    const features = new Float32Array(new Uint8Array(await readFile(join(dir, options.out, 'features.f32'))).buffer);
    const file = join(dir, options.out, 'head.onnx');
    const classes = run.head.classes.length;
    return { run, said: await runHead(project.load().open, file, features, run.head.dimension, classes) };
  } finally {
    await project.close();
  }
}

const accuracy = (samples: readonly Listed[], said: Float64Array, classes: readonly string[]) =>
  samples.filter(({ label }, i) => {
    const own = said.subarray(i * classes.length, (i + 1) * classes.length);
    return classes[own.indexOf(Math.max(...own))] === label;
  }).length / samples.length;

it.each<[string, Partial<TrainOptions>]>([
  ['svm', { kind: 'svm' }],
  ['linear', { kind: 'linear', epochs: 40, learningRate: 1e-2, patience: 40 }],
  ['mlp', { kind: 'mlp', hidden: [8], epochs: 40, learningRate: 1e-2, patience: 40, seeds: 2 }],
])('an %s head is trained, judged and answers in the engine as the run says', async (kind, options) => {
  const { run, said } = await trained(photos, { out: kind, ...options });
  expect(run.head.options.kind).toBe(kind);
  expect(accuracy(photos, said, run.head.classes)).toBeCloseTo(run.itself.topAccuracy as number, 10);
  expect(run.heldOut?.metrics.auroc).toBeGreaterThan(0.75);
  expect(run.head.stopping > 0).toBe(kind !== 'svm');
  expect(run.head.penalty === null).toBe(kind !== 'svm');
  expect(run.curve.length).toBeGreaterThan(0);
});

it('goes on from a network, judged only on groups that it has not seen', async () => {
  const more = await fruit(32, { groups: 8, seed: 4 });
  const mixed = [...more, ...photos.slice(0, 8)];
  const options = { kind: 'mlp', hidden: [8], epochs: 10, learningRate: 1e-3 } as const;
  await trained(photos, { out: 'before', ...options });
  const { run } = await trained(mixed, { out: 'after', from: 'before', replayShare: 0, ...options });
  expect(run.data.n).toBe(40);
  expect(run.heldOut?.metrics.n).toBe(32);
  expect(run.earlier?.figures.metrics.n).toBe(32);
});

it('tells three classes apart', async () => {
  const task: Task = { name: 'fruit', classes: ['green', 'red', 'blue'], positive: 'blue' };
  const two = await fruit(36, { groups: 6 });
  const blue = (await fruit(36, { groups: 6, seed: 2 })).filter((_, i) => i % 2 === 0);
  const drawn = await Promise.all(
    blue.map(async (sample, i) => ({
      ...sample,
      label: 'blue',
      bytes: await testPicture({ seed: 900 + i, background: [60, 70, 190], shapes: 2, format: 'png' }),
    })),
  );
  const all = [...two, ...drawn];
  const { run, said } = await trained(all, { out: 'three' }, task);
  expect(run.head.classes).toEqual(['green', 'red', 'blue']);
  expect(run.heldOut?.topAccuracy).toBeGreaterThan(0.9);
  expect(run.heldOut?.metrics.positives).toBe(drawn.length);
  expect(accuracy(all, said, run.head.classes)).toBeCloseTo(run.itself.topAccuracy as number, 10);
});
