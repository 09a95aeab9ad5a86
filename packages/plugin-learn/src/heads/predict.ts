import type { Tensor } from '@streetvision/core';
import { encodeHead } from './head-file.js';
import { type OpenGraph, openGraph, withEngine } from './open-graph.js';
import type { HeadWeights } from './weights.js';

const ROWS_AT_ONCE = 4096;

/** Probabilities of any head: its file is opened and run. Throws `SV_ENGINE_*`. */
export async function predictNetwork(weights: HeadWeights, features: Float32Array, open: OpenGraph | undefined) {
  const { dimension } = weights;
  const count = features.length / dimension;
  return withEngine(open, async (open) => {
    const session = await openGraph(encodeHead(weights, [], {}), open);
    try {
      const out: number[] = [];
      for (let from = 0; from < count; from += ROWS_AT_ONCE) {
        const rows = Math.min(ROWS_AT_ONCE, count - from);
        const data = features.slice(from * dimension, (from + rows) * dimension);
        const { probability } = await session.run({ embedding: { type: 'float32', data, dims: [rows, dimension] } });
        for (const p of (probability as Tensor).data as Float32Array) out.push(p);
      }
      return Float64Array.from(out);
    } finally {
      await session.close();
    }
  });
}

/** Probabilities of a head without hidden layers, computed here: no graph needs to be opened for them. */
export function predictLinear({ dimension, classes, standardisation, members }: HeadWeights, features: Float32Array) {
  const count = features.length / dimension;
  const k = classes === 2 ? 1 : classes;
  const out = new Float64Array(count * k);
  for (const [layer] of members) {
    if (!layer) continue;
    for (let i = 0; i < count; i++) {
      const z = new Float64Array(k);
      for (let o = 0; o < k; o++) {
        let sum = layer.bias[o] as number;
        for (let j = 0; j < dimension; j++) {
          const x = features[i * dimension + j] as number;
          const mean = standardisation?.mean[j] ?? 0;
          const scale = standardisation?.scale[j] ?? 1;
          sum += (x - mean) * scale * (layer.weight[o * dimension + j] as number);
        }
        z[o] = sum;
      }
      const p = k === 1 ? [1 / (1 + Math.exp(-(z[0] as number)))] : softmax(z);
      for (let o = 0; o < k; o++) out[i * k + o] = (out[i * k + o] as number) + (p[o] as number) / members.length;
    }
  }
  return out;
}

function softmax(z: Float64Array): Float64Array {
  const most = z.reduce((a, b) => Math.max(a, b));
  const powers = z.map((value) => Math.exp(value - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((value) => value / sum);
}
