import type { Expressions, Value } from '@streetvision/onnx';
import { logitsOf } from '../weights.js';

/** The layers of a network. */
export interface Architecture {
  readonly dimension: number;
  readonly hidden: readonly number[];
  readonly classes: number;
}

/** One layer in a graph: `[outputs, inputs]` and `[outputs]`. */
export interface LayerValues {
  readonly weight: Value;
  readonly bias: Value;
}

/** A parameter's name and shape. */
export interface Parameter {
  readonly name: string;
  readonly dims: readonly number[];
}

/** Weight and bias of each layer, in order. */
export function parametersOf({ dimension, hidden, classes }: Architecture): Parameter[] {
  const widths = [dimension, ...hidden, logitsOf(classes)];
  return widths.slice(1).flatMap((outputs, i) => [
    { name: `weight_${i}`, dims: [outputs, widths[i] as number] },
    { name: `bias_${i}`, dims: [outputs] },
  ]);
}

/** Logits `[batch, 1 or classes]` and the last hidden layer, before its mask. A mask multiplies each hidden layer. */
export function forward(
  e: Expressions,
  x: Value,
  layers: readonly LayerValues[],
  masks: readonly Value[],
): { logits: Value; hidden: Value } {
  let value = x;
  let hidden = x;
  for (const [i, { weight, bias }] of layers.entries()) {
    const z = e.add(e.matmul(value, weight, { transposeB: true }), bias);
    if (i === layers.length - 1) return { logits: z, hidden };
    hidden = e.gelu(z);
    const mask = masks[i];
    value = mask ? e.mul(hidden, mask) : hidden;
  }
  throw new RangeError('a network needs at least one layer');
}

/** Probabilities `[batch, 1 or classes]` of logits. */
export function probabilities(e: Expressions, logits: Value, classes: number): Value {
  return classes === 2 ? e.sigmoid(logits) : e.softmax(logits);
}
