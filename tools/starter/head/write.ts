import { createGraph, tensor } from '@streetvision/onnx';
import { HEAD_METADATA_KEY, type HeadMetadata } from '@streetvision/plugin-dinov3';
import type { Linear } from './logistic.js';

/** A head as an ONNX file: `embedding` [batch, dimension] → `probability` [batch] = P(positive), with its metadata. */
export function writeHead(linear: Linear, metadata: HeadMetadata): Uint8Array {
  const weights = linear.weights.map(rounded);
  const g = createGraph({ name: 'head' });
  const x = g.input('embedding', 'float32', ['batch', metadata.dimension]);
  const w = g.constant('weights', tensor('float32', [metadata.dimension, 1], weights));
  const b = g.constant('bias', tensor('float32', [1], [rounded(linear.bias)]));
  const z = g.node('Gemm', [x, w, b]);
  const flat = g.node('Reshape', [z, g.constant('flat', tensor('int64', [1], [-1]))]);
  g.output('probability', 'float32', ['batch'], g.node('Sigmoid', [flat]));
  g.metadata({ [HEAD_METADATA_KEY]: JSON.stringify(metadata) });
  return g.encode();
}

/** Four digits: processors differ in the last bits of an embedding, and the file should not. */
const rounded = (value: number) => Number(value.toPrecision(4));
