import { SvError } from '@streetvision/core';
import { createGraph, type GraphBuilder, type GraphTensor, readTensors, tensor } from '@streetvision/onnx';
import { maskName } from './masks.js';
import type { HeadWeights, Layer } from './weights.js';

const layerName = (member: number, layer: number) => `member_${member}.layer_${layer}`;
const vector = (values: Float32Array): GraphTensor<'float32'> => ({
  type: 'float32',
  data: values,
  dims: [1, values.length],
});

/**
 * A head as an ONNX file: `embedding` [batch, dimension] → `probability`, of two classes `[batch]` = P(positive), else
 * `[batch, classes]`. With `masks` each hidden layer is multiplied by `mask_0`, `mask_1` …, ones unless a run feeds them.
 */
export function encodeHead(
  weights: HeadWeights,
  masks: readonly { readonly input: string; readonly width: number }[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const { dimension, classes, standardisation, members } = weights;
  const g = createGraph({ name: 'head' });
  let x = g.input('embedding', 'float32', ['batch', dimension]);
  if (standardisation) {
    const centred = g.node('Sub', [x, g.constant('mean', vector(standardisation.mean))]);
    x = g.node('Mul', [centred, g.constant('scale', vector(standardisation.scale))]);
  }
  for (const { input, width } of masks) g.override(input, vector(new Float32Array(width).fill(1)), ['batch', width]);
  const each = members.map((layers, m) => {
    const logits = layersOf(g, x, layers, m, masks.length > 0);
    return classes === 2 ? g.node('Sigmoid', [logits]) : g.node('Softmax', [logits], { axis: 1 });
  });
  const sum = each.reduce((total, next) => g.node('Add', [total, next]));
  const mean =
    each.length === 1 ? sum : g.node('Mul', [sum, g.constant('share', tensor('float32', [1], [1 / each.length]))]);
  if (classes === 2) {
    const flat = g.node('Reshape', [mean, g.constant('flat', tensor('int64', [1], [-1]))]);
    g.output('probability', 'float32', ['batch'], flat);
  } else g.output('probability', 'float32', ['batch', classes], mean);
  g.metadata(metadata);
  return g.encode();
}

function layersOf(g: GraphBuilder, x: string, layers: readonly Layer[], member: number, masked: boolean): string {
  return layers.reduce((value, { inputs, outputs, weight, bias }, i) => {
    const name = layerName(member, i);
    const w = g.constant(`${name}.weight`, { type: 'float32', data: weight, dims: [outputs, inputs] });
    const b = g.constant(`${name}.bias`, { type: 'float32', data: bias, dims: [outputs] });
    const z = g.node('Gemm', [value, w, b], { transB: 1 });
    if (i === layers.length - 1) return z;
    const hidden = gelu(g, z, `${name}.gelu`);
    return masked ? g.node('Mul', [hidden, maskName(i)]) : hidden;
  }, x);
}

/** `z · ½(1 + erf(z/√2))`: the exact form, as in training. */
function gelu(g: GraphBuilder, z: string, name: string): string {
  const number = (what: string, value: number) => g.constant(`${name}.${what}`, tensor('float32', [], [value]));
  const erf = g.node('Erf', [g.node('Mul', [z, number('root', Math.SQRT1_2)])]);
  const half = g.node('Mul', [z, number('half', 0.5)]);
  return g.node('Mul', [half, g.node('Add', [erf, number('one', 1)])]);
}

/**
 * The numbers of a head that `encodeHead` wrote, to train it further or to look at it. Throws `SV_RUN_INVALID`.
 * @example
 * const from = readHeadWeights(await readFile('head.onnx'));
 * const head = await trainHead(more, undefined, { kind: 'mlp' }, { from });
 */
export function readHeadWeights(bytes: Uint8Array): HeadWeights {
  const found = tensorsOf(bytes);
  const values = (name: string): Float32Array | undefined => {
    const value = found.get(name);
    return value?.type === 'float32' ? (value.data as Float32Array) : undefined;
  };
  const members: Layer[][] = [];
  for (let m = 0; found.has(`${layerName(m, 0)}.weight`); m++) {
    const layers: Layer[] = [];
    for (let i = 0; found.has(`${layerName(m, i)}.weight`); i++) {
      const weight = values(`${layerName(m, i)}.weight`);
      const bias = values(`${layerName(m, i)}.bias`);
      const [outputs, inputs] = found.get(`${layerName(m, i)}.weight`)?.dims ?? [];
      if (!weight || !bias || outputs === undefined || inputs === undefined || bias.length !== outputs) throw foreign();
      layers.push({ inputs, outputs, weight, bias });
    }
    members.push(layers);
  }
  const first = members[0]?.[0];
  const last = members[0]?.at(-1);
  if (!first || !last) throw foreign();
  const mean = values('mean');
  const scale = values('scale');
  return {
    dimension: first.inputs,
    classes: Math.max(2, last.outputs),
    standardisation: mean && scale ? { mean, scale } : null,
    members,
  };
}

function tensorsOf(bytes: Uint8Array): Map<string, GraphTensor> {
  try {
    return readTensors(bytes);
  } catch (cause) {
    throw foreign(cause);
  }
}

function foreign(cause?: unknown): SvError {
  return new SvError('SV_RUN_INVALID', 'The file is no head that `sv train` wrote: its layers are not to be found.', {
    fix: 'Give the head.onnx of a run, or train from random weights.',
    ...(cause !== undefined && { cause }),
  });
}
