import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRuntime, type Plugin, type Runtime, silent, type Task } from '@streetvision/core';
import { createGraph, tensor } from '@streetvision/onnx';
import { onTestFinished } from 'vitest';
import { type Dinov3Options, dinov3, HEAD_METADATA_KEY, type HeadMetadata } from '../../src/index.js';
import { linearHead } from '../head-fixture.js';
import { makeFolder, meanColour, picture, writeModelFolder } from '../model-folder.js';

export const task: Task = { name: 'roadwork', classes: ['no_roadwork', 'roadwork'], positive: 'roadwork' };

/** Weights of the hidden layer of `maskedHead`, one row per colour. */
export const HIDDEN = [
  [4, 0, -1, 2],
  [0, -4, 1, 0],
  [0, 1, 0, 1],
] as const;

/** sigmoid(Σ (embedding · hidden) ⊙ mask): a mask of one layer of four, ones unless it is fed. */
export function maskedHead(metadata: HeadMetadata): Uint8Array {
  const g = createGraph();
  const x = g.input('embedding', 'float32', ['batch', 3]);
  const hidden = g.node('MatMul', [x, g.constant('hidden', tensor('float32', [3, 4], HIDDEN.flat()))]);
  const mask = g.override('mask_0', tensor('float32', [1, 4], [1, 1, 1, 1]), ['batch', 4]);
  const sum = g.node('MatMul', [
    g.node('Mul', [hidden, mask]),
    g.constant('ones', tensor('float32', [4, 1], [1, 1, 1, 1])),
  ]);
  g.output('probability', 'float32', ['batch', 1], g.node('Sigmoid', [sum]));
  g.metadata({ [HEAD_METADATA_KEY]: JSON.stringify(metadata) });
  return g.encode();
}

export interface Bench {
  readonly dir: string;
  readonly metadata: HeadMetadata;
  open(options?: Partial<Dinov3Options>, wrap?: <P extends Plugin>(plugin: P) => P): Promise<Runtime>;
}

/** A folder with a backbone whose embedding is the mean colour, `head.onnx` (redder than green) and `masked.onnx`. */
export async function bench(): Promise<Bench> {
  const { path: dir, remove } = await makeFolder();
  onTestFinished(remove);
  const graph = meanColour().encode();
  await writeModelFolder(join(dir, 'colour'), { graph });
  const metadata: HeadMetadata = {
    version: 1,
    backbone: { id: 'colour', sha256: createHash('sha256').update(graph).digest('hex') },
    feature: 'pooler',
    l2: false,
    dimension: 3,
    preprocessing: { width: 8, height: 8 },
    classes: ['no_roadwork', 'roadwork'],
    positive: 'roadwork',
    calibration: null,
  };
  await writeFile(join(dir, 'head.onnx'), linearHead([4, -4, 0], 0.5, metadata));
  const dropout = { rate: 0.5, masks: [{ input: 'mask_0', width: 4 }] };
  await writeFile(join(dir, 'masked.onnx'), maskedHead({ ...metadata, dropout }));
  return {
    dir,
    metadata,
    open(options = {}, wrap = (plugin) => plugin) {
      const plugin = wrap(dinov3({ backbone: './colour', head: './head.onnx', ...options }));
      return createRuntime(
        { task, plugins: [plugin], cascade: [{ run: 'dinov3' }], models: { cache: join(dir, 'cache') } },
        { cwd: dir, log: silent },
      );
    },
  };
}

export const red = () => picture(255, 0, 0);
export const green = () => picture(0, 255, 0);
export const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
