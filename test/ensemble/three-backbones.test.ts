import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createFrame,
  createProject,
  createRandom,
  createRuntime,
  type Dataset,
  defineConfig,
  type Frame,
  learned,
  type Project,
  type Sample,
  silent,
  type Task,
} from '@streetvision/core';
import { createGraph, tensor } from '@streetvision/onnx';
import { dinov3 } from '@streetvision/plugin-dinov3';
import { trainHead, trainStack } from '@streetvision/plugin-learn';
import sharp from 'sharp';
import { describe, expect, it, onTestFinished } from 'vitest';

const task: Task = { name: 'roadwork', classes: ['no_roadwork', 'roadwork'], positive: 'roadwork' };

/** A backbone whose embedding is the mean of one channel at each quarter of the picture. */
async function ownBackbone(folder: string, channel: number): Promise<void> {
  const g = createGraph();
  const x = g.input('pixel_values', 'float32', ['batch', 3, 16, 16]);
  const one = g.node('Gather', [x, g.constant('channel', tensor('int64', [1], [channel]))], { axis: 1 });
  const pooled = g.node('AveragePool', [one], { kernel_shape: [8, 8], strides: [8, 8] });
  g.output('pooler_output', 'float32', ['batch', 4], g.node('Flatten', [pooled], { axis: 1 }));
  await mkdir(join(folder, 'onnx'), { recursive: true });
  await writeFile(join(folder, 'config.json'), '{}');
  const preprocessor = {
    image_processor_type: 'ViTImageProcessor',
    size: { height: 16, width: 16 },
    resample: 2,
    rescale_factor: 1 / 255,
    do_normalize: false,
  };
  await writeFile(join(folder, 'preprocessor_config.json'), JSON.stringify(preprocessor));
  await writeFile(join(folder, 'onnx', 'model.onnx'), g.encode());
}

/** Noise that is redder where there is roadwork: what red sees is worth most, what blue sees nothing. */
function pictures(count: number, seed: number): Dataset {
  const random = createRandom(seed);
  const rows = Array.from({ length: count }, (_, i) => {
    const positive = i % 2 === 1;
    const [red, green] = [Number(positive) * 40 + 30 * random.normal(), Number(positive) * 20 + 30 * random.normal()];
    return { i, positive, background: { r: clamp(100 + red), g: clamp(100 + green), b: random.below(256) } };
  });
  return {
    name: `pictures ${seed}`,
    count,
    async *samples(): AsyncIterable<Sample> {
      for (const { i, positive, background } of rows) {
        yield {
          id: `${seed}-${i}.png`,
          label: positive ? 'roadwork' : 'no_roadwork',
          group: `scene ${seed} ${Math.floor(i / 2)}`,
          source: 'drawn',
          meta: {},
          read: () =>
            sharp({ create: { width: 32, height: 32, channels: 3, background } })
              .png()
              .toBuffer(),
        };
      }
    },
  };
}

const clamp = (value: number) => Math.min(255, Math.max(0, Math.round(value)));

/** Trains the head of a stage and writes it where its config expects it. */
async function writeHead(project: Project, name: string, data: Dataset, file: string): Promise<void> {
  const slot = project.stage(name).stage.head;
  if (!slot) throw new Error(`${name} takes no head`);
  const backbone = await slot.open(project.load());
  const frames: Frame[] = [];
  const labels: number[] = [];
  for await (const { id, label, read } of data.samples()) {
    frames.push(createFrame({ id, bytes: await read() }));
    labels.push(Number(label === task.positive));
  }
  const rows = await backbone.embed(frames, project);
  const dimension = (rows[0] as Float32Array).length;
  const features = new Float32Array(rows.length * dimension);
  for (const [i, row] of rows.entries()) features.set(row, i * dimension);
  const head = await trainHead({ features, dimension, labels: Uint8Array.from(labels), groups: labels.map(String) });
  const { classes, positive } = task;
  await writeFile(file, head.encode(backbone.headMetadata({ dimension, classes, positive, trained: {} })));
  await backbone.close();
}

async function ensemble(folders: Readonly<Record<string, string>>) {
  const dir = await mkdtemp(join(tmpdir(), 'sv-ensemble-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const names = Object.keys(folders);
  const config = defineConfig({
    task,
    plugins: names.map((name) => dinov3({ name, backbone: `file:${folders[name]}`, head: `./${name}.onnx` })),
    cascade: [{ run: names, fuse: learned('./stack.json') }],
    models: { cache: join(dir, 'cache') },
  });
  const project = await createProject(config, { cwd: dir, log: silent });
  onTestFinished(() => project.close());
  for (const name of names) await writeHead(project, name, pictures(40, 1), join(dir, `${name}.onnx`));
  return { dir, config, project, names };
}

async function stacked(folders: Readonly<Record<string, string>>) {
  const made = await ensemble(folders);
  const { dir, config, project, names } = made;
  const { stack } = await trainStack(project, pictures(60, 2), { out: join(dir, 'stack.json') });
  expect(stack.stages.map(({ stage }) => stage).sort()).toEqual([...names].sort());
  expect(stack.stages.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 9);
  await using sv = await createRuntime(config, { cwd: dir, log: silent });
  let right = 0;
  let worst = 0;
  for await (const { label, read } of pictures(30, 3).samples()) {
    const { score, label: said, evidence } = await sv.run(await read());
    right += Number(said === label);
    const odds = stack.stages.reduce((sum, { stage, weight }) => {
      const p = evidence.find((run) => run.stage === stage)?.output.score as number;
      return sum + weight * Math.log(p / (1 - p));
    }, 0);
    worst = Math.max(worst, Math.abs(score - 1 / (1 + Math.exp(-odds))));
  }
  expect(worst).toBeLessThan(1e-9);
  return { ...made, stack, accuracy: right / 30 };
}

describe('three backbones side by side', () => {
  it('count as much as they are worth, and a head that is trained again is refused', async () => {
    const root = await mkdtemp(join(tmpdir(), 'sv-backbones-'));
    onTestFinished(() => rm(root, { recursive: true, force: true }));
    const folders = Object.fromEntries(['red', 'green', 'blue'].map((name) => [name, join(root, name)]));
    for (const [channel, folder] of Object.values(folders).entries()) await ownBackbone(folder, channel);
    const { dir, config, project, stack, accuracy } = await stacked(folders);
    const weights = Object.fromEntries(stack.stages.map(({ stage, weight }) => [stage, weight]));
    expect(weights.red).toBeGreaterThan(weights.blue as number);
    expect(accuracy).toBeGreaterThan(0.65);
    await writeHead(project, 'red', pictures(20, 4), join(dir, 'red.onnx'));
    await expect(createRuntime(config, { cwd: dir, log: silent })).rejects.toMatchObject({
      code: 'SV_CALIBRATION_MISMATCH',
      message: expect.stringContaining('another model in stage `red`'),
    });
  }, 120_000);

  it.skipIf(!process.env.SV_SHARED)(
    'of three families answer together (tiny golden models)',
    async () => {
      const models = `${process.env.SV_SHARED}/goldens/models`;
      const { accuracy } = await stacked({
        dinov3: `${models}/dinov3-tiny`,
        siglip2: `${models}/siglip2-vision-tiny`,
        convnext: `${models}/convnextv2-tiny`,
      });
      expect(accuracy).toBeGreaterThan(0.5);
    },
    120_000,
  );
});
