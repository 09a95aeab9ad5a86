import type { Random } from '@streetvision/core';
import type { Layer } from '../weights.js';
import { type Architecture, parametersOf } from './architecture.js';

/** Weights of a network and the running means of AdamW. A step takes its buffers away and gives others back. */
export interface TrainingState {
  /** By the name of the parameter; `_m` and `_v` behind it for the means. */
  readonly tensors: Readonly<Record<string, Float32Array>>;
  /** Steps made so far. */
  readonly step: number;
}

/** Random weights as PyTorch starts a linear layer: uniform within ±1/√inputs. */
export function randomLayers(architecture: Architecture, random: Random): Layer[] {
  const parameters = parametersOf(architecture);
  return Array.from({ length: parameters.length / 2 }, (_, i) => {
    const [outputs = 0, inputs = 0] = parameters[2 * i]?.dims ?? [];
    const reach = 1 / Math.sqrt(inputs);
    const draw = (length: number) => Float32Array.from({ length }, () => random.between(-reach, reach));
    return { inputs, outputs, weight: draw(outputs * inputs), bias: draw(outputs) };
  });
}

/** A state before its first step; the layers stay as they are. */
export function startState(layers: readonly Layer[]): TrainingState {
  const tensors: Record<string, Float32Array> = {};
  for (const [i, { weight, bias }] of layers.entries()) {
    for (const [name, values] of [
      [`weight_${i}`, weight],
      [`bias_${i}`, bias],
    ] as const) {
      tensors[name] = values.slice();
      tensors[`${name}_m`] = new Float32Array(values.length);
      tensors[`${name}_v`] = new Float32Array(values.length);
    }
  }
  return { tensors, step: 0 };
}

/** A copy of the weights of a state. */
export function layersOfState({ tensors }: TrainingState, architecture: Architecture): Layer[] {
  const parameters = parametersOf(architecture);
  return Array.from({ length: parameters.length / 2 }, (_, i) => {
    const [outputs = 0, inputs = 0] = parameters[2 * i]?.dims ?? [];
    const copy = (name: string) => (tensors[name] as Float32Array).slice();
    return { inputs, outputs, weight: copy(`weight_${i}`), bias: copy(`bias_${i}`) };
  });
}
