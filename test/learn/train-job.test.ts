import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createProject, createRuntime, silent } from '@streetvision/core';
import { testPicture } from '@streetvision/core/testing';
import { createGraph, tensor } from '@streetvision/onnx';
import { data } from '@streetvision/plugin-data';
import { dinov3 } from '@streetvision/plugin-dinov3';
import { exportJob, importJob, type Job, train } from '@streetvision/plugin-learn';
import { roadwork } from '@streetvision/task-roadwork';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeTinyBackbone } from '../examples/tiny-backbone.js';

let dir: string;
const at = (name: string) => join(dir, name);

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sv-job-'));
  await writeTinyBackbone(at('tiny'));
  await mkdir(at('photos'));
  const lines = ['file,label,group'];
  for (let i = 0; i < 24; i++) {
    const positive = i % 2 === 1;
    const background = positive ? ([210, 90 + i, 40] as const) : ([60, 90 + i, 150] as const);
    await writeFile(
      at(`photos/${i}.jpg`),
      await testPicture({ seed: i + 1, background, shapes: 2, width: 128, height: 96 }),
    );
    lines.push(`${i}.jpg,${Number(positive)},drive ${i >> 2}`);
  }
  await writeFile(at('photos/broken.jpg'), (await readFile(at('photos/1.jpg'))).subarray(0, 900));
  lines.push('broken.jpg,1,drive 0');
  await writeFile(at('photos/labels.csv'), `${lines.join('\n')}\n`);
});
afterAll(() => rm(dir, { recursive: true }));

async function opened<T>(
  backbone: string,
  use: (project: Awaited<ReturnType<typeof createProject>>) => Promise<T>,
): Promise<T> {
  const project = await createProject(
    {
      task: roadwork(),
      plugins: [data(), dinov3({ backbone: `file:${at(backbone)}`, cache: { dir: at('cache') } })],
      cascade: [{ run: 'dinov3' }],
    },
    { cwd: dir, log: silent },
  );
  try {
    return await use(project);
  } finally {
    await project.close();
  }
}

/** What a trainer elsewhere might send back: mean colours as embedding, and how red they are. */
function model({ size = 96, input = 'pixel_values', output = 'embedding', noise = false } = {}): Uint8Array {
  const g = createGraph();
  const x = g.input(input, 'float32', ['batch', 3, size, size]);
  const mean = g.node('Flatten', [g.node('GlobalAveragePool', [x])], { axis: 1 });
  // A mean over the batch, as of batch statistics that were not fixed.
  const centred = noise
    ? g.node('Sub', [mean, g.node('ReduceMean', [mean], { axes: [0], keepdims: 1 })])
    : g.node('Identity', [mean]);
  g.output(output, 'float32', ['batch', 3], centred);
  const red = g.node('MatMul', [centred, g.constant('red', tensor('float32', [3, 1], [20, 0, -20]))]);
  g.output('probability', 'float32', ['batch', 1], g.node('Sigmoid', [red]));
  return g.encode();
}

/** A classifier over an embedding of some length. */
function head(dimension: number): Uint8Array {
  const g = createGraph();
  const x = g.input('embedding', 'float32', ['batch', dimension]);
  const w = g.constant(
    'w',
    tensor(
      'float32',
      [dimension, 1],
      Array.from({ length: dimension }, (_, i) => (i === 0 ? 20 : i === 2 ? -20 : 0)),
    ),
  );
  g.output('probability', 'float32', ['batch', 1], g.node('Sigmoid', [g.node('MatMul', [x, w])]));
  return g.encode();
}

async function comeBack(files: Readonly<Record<string, Uint8Array | string>>): Promise<void> {
  await rm(at('job/result'), { recursive: true, force: true });
  await mkdir(at('job/result'));
  for (const [name, content] of Object.entries(files)) await writeFile(at(`job/result/${name}`), content);
}

const checkIn = (backbone: string, out: string) =>
  opened(backbone, (project) => importJob(project, { job: 'job', out }));

describe('a job for fine-tuning elsewhere', () => {
  let job: Job;
  beforeAll(async () => {
    job = await opened('tiny', (project) => exportJob(project, { data: 'photos/labels.csv', out: 'job', epochs: 3 }));
  });

  it('holds the pictures, splits that part no group, preprocessed inputs, and says what must come back', async () => {
    expect(job).toMatchObject({
      n: 24,
      classes: ['no_roadwork', 'roadwork'],
      hyperparameters: { epochs: 3, learningRate: 1e-5 },
    });
    const lines = (await readFile(at('job/data.jsonl'), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(24);
    for (const { id, file } of lines) {
      expect((await readFile(at(`job/${file}`))).equals(await readFile(at(`photos/${id}`))), id).toBe(true);
    }
    const splitsOf = new Map<string, Set<string>>();
    for (const { group, split } of lines) splitsOf.set(group, (splitsOf.get(group) ?? new Set()).add(split));
    expect([...splitsOf.values()].every((splits) => splits.size === 1)).toBe(true);
    expect(new Set(lines.map(({ split }) => split))).toEqual(new Set(['train', 'validation']));
    expect((await readFile(at('job/checks/inputs.f32'))).length).toBe(job.checks.length * 3 * 96 * 96 * 4);
    expect(await readFile(at('job/README.md'), 'utf8')).toContain('float32 [batch, 3, 96, 96]');
  });

  it('copies nothing twice', async () => {
    const { mtimeMs } = await import('node:fs/promises').then(({ stat }) => stat(at('job/images')));
    const again = await opened('tiny', (project) =>
      exportJob(project, { data: 'photos/labels.csv', out: 'job', epochs: 3 }),
    );
    expect(again).toEqual(job);
    expect((await import('node:fs/promises').then(({ stat }) => stat(at('job/images')))).mtimeMs).toBe(mtimeMs);
  });

  it('takes a model that keeps to the contract, which then is a backbone with a head of its own', async () => {
    const [id] = job.checks as [string];
    await comeBack({ 'model.onnx': model(), 'head.onnx': head(3), 'trainer.json': '{"torch":"2.9"}' });
    const imported = await checkIn('tiny', 'tuned');
    expect(imported).toMatchObject({
      kind: 'model',
      dimension: 3,
      opsets: { '': 17 },
      headWaits: true,
      trainer: { torch: '2.9' },
      difference: null,
    });
    expect(imported.validation?.auroc).toBe(1);

    const tuned = await checkIn('tuned', 'tuned-head');
    expect(tuned).toMatchObject({ kind: 'head', dimension: 3 });
    const sv = await createRuntime({
      task: roadwork(),
      plugins: [dinov3({ backbone: `file:${at('tuned')}`, head: `file:${at('tuned-head/head.onnx')}` })],
      cascade: [{ run: 'dinov3' }],
    });
    const { label } = await sv.run(at(`photos/${id}`));
    await sv.close();
    expect(label).toBe(Number(id.split('.')[0]) % 2 === 1 ? 'roadwork' : 'no_roadwork');

    const run = await opened('tuned', (project) =>
      train(project, { data: 'photos/labels.csv', out: 'on-tuned', rounds: 10 }),
    );
    expect(run.head.dimension).toBe(3);
  });

  it('takes a head for the backbone as it was', async () => {
    await comeBack({ 'head.onnx': head(32) });
    expect(await checkIn('tiny', 'only-head')).toMatchObject({ kind: 'head', dimension: 32 });
    expect((await readdir(at('only-head'))).sort()).toEqual(['data.jsonl', 'head.onnx', 'import.json']);
  });

  it('compares with what the trainer says', async () => {
    const [id] = job.checks as [string];
    const inputs = new Float32Array(new Uint8Array(await readFile(at('job/checks/inputs.f32'))).buffer);
    const mean = [0, 1, 2].map(
      (c) => inputs.subarray(c * 96 * 96, (c + 1) * 96 * 96).reduce((a, b) => a + b, 0) / 96 ** 2,
    );
    await comeBack({ 'model.onnx': model(), 'reference.json': JSON.stringify({ embedding: { [id]: mean } }) });
    expect((await checkIn('tiny', 'same')).difference).toBeLessThan(1e-4);
    await comeBack({ 'model.onnx': model(), 'reference.json': JSON.stringify({ probability: { [id]: 0.5 } }) });
    await expect(checkIn('tiny', 'refused')).rejects.toThrow(/otherwise than reference\.json says/);
  });

  it.each([
    ['nothing', {}, /neither model\.onnx nor head\.onnx/],
    ['another input', { 'model.onnx': model({ input: 'x' }) }, /takes x float32 .*, expected pixel_values/],
    ['another size', { 'model.onnx': model({ size: 64 }) }, /expected pixel_values float32 \[batch, 3, 96, 96\]/],
    ['another output', { 'model.onnx': model({ output: 'features' }) }, /expected `embedding`/],
    ['a model in training mode', { 'model.onnx': model({ noise: true }) }, /exported in training mode/],
    ['a head of another width', { 'head.onnx': head(7) }, /./],
  ])('refuses %s, and writes nothing', async (_, files, message) => {
    await comeBack(files);
    await expect(checkIn('tiny', 'refused')).rejects.toThrow(message);
    expect((await readdir(dir)).filter((name) => name.includes('refused'))).toEqual([]);
  });
});
