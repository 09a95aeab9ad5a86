import { writeFile } from 'node:fs/promises';
import { addMetadata, createGraph, tensor } from '@streetvision/onnx';
import { HEAD_METADATA_KEY, type HeadMetadata } from '../src/index.js';

export const SHA = 'a'.repeat(64);

export const METADATA: HeadMetadata = {
  version: 1,
  backbone: { id: 'tiny', sha256: SHA },
  feature: 'pooler',
  l2: false,
  dimension: 3,
  preprocessing: { width: 8, height: 8 },
  classes: ['no_roadwork', 'roadwork'],
  positive: 'roadwork',
  calibration: null,
};

/** sigmoid(embedding · weights + bias), with whatever is given as metadata. */
export function linearHead(weights: readonly number[], bias: number, metadata: unknown): Uint8Array {
  const g = createGraph();
  const x = g.input('embedding', 'float32', ['batch', weights.length]);
  const w = g.constant('w', tensor('float32', [weights.length, 1], weights));
  const b = g.constant('b', tensor('float32', [1], [bias]));
  g.output('probability', 'float32', ['batch', 1], g.node('Sigmoid', [g.node('Add', [g.node('MatMul', [x, w]), b])]));
  return withMetadata(g.encode(), metadata);
}

/** softmax(embedding · weights), one column per class. */
export function softmaxHead(weights: readonly (readonly number[])[], metadata: unknown): Uint8Array {
  const g = createGraph();
  const x = g.input('embedding', 'float32', ['batch', weights.length]);
  const classes = weights[0]?.length ?? 0;
  const w = g.constant('w', tensor('float32', [weights.length, classes], weights.flat()));
  g.output('probability', 'float32', ['batch', classes], g.node('Softmax', [g.node('MatMul', [x, w])], { axis: -1 }));
  return withMetadata(g.encode(), metadata);
}

export function withMetadata(model: Uint8Array, metadata: unknown): Uint8Array {
  return addMetadata(model, {
    [HEAD_METADATA_KEY]: typeof metadata === 'string' ? metadata : JSON.stringify(metadata),
  });
}

export async function writeHead(path: string, metadata: unknown, weights: readonly number[] = [1, -1, 0.5]) {
  await writeFile(path, linearHead(weights, 0.1, metadata));
}
