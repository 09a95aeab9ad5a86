import { type AdamWOptions, adamW, createExpressions, createGraph, type Value } from '@streetvision/onnx';
import { type Architecture, forward, type LayerValues, parametersOf, probabilities } from './architecture.js';
import { classLoss, contrastiveLoss } from './loss.js';

/** What a training step computes besides the architecture. */
export interface StepOptions {
  /** Multiplies hidden units by masks that are fed. */
  readonly masked: boolean;
  /** Exponent of the focal loss. @default plain cross-entropy */
  readonly gamma?: number;
  /** Weight of the contrastive term. @default 0 */
  readonly contrastive?: number;
  readonly clip?: number;
  /** @default false */
  readonly decayBiases?: boolean;
  /** Also answers the probabilities of the batch. @default false */
  readonly answers?: boolean;
}

export const BETAS: AdamWOptions = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/** Names that a parameter has in the graph: before the step, and after it. */
export const stateNames = (name: string) => [name, `${name}_m`, `${name}_v`] as const;
export const nextName = (name: string) => `next_${name}`;

/** One training step as a graph: batch and state in, loss and next state out. */
export function stepGraph(architecture: Architecture, options: StepOptions): Uint8Array {
  const g = createGraph({ name: 'training_step' });
  const e = createExpressions(g);
  const { dimension, hidden, classes } = architecture;
  const x = e.input('x', ['batch', dimension]);
  const targets = e.input('targets', ['batch', classes]);
  const masks = options.masked ? hidden.map((width, i) => e.input(`mask_${i}`, ['batch', width])) : [];
  const states = parametersOf(architecture).map(({ name, dims }) => {
    const [value, m, v] = stateNames(name).map((part) => e.input(part, dims)) as [Value, Value, Value];
    return { value, m, v };
  });
  const values = states.map(({ value }) => value);
  const network = forward(e, x, layersOf(values), masks);
  let loss = classLoss(e, network.logits, targets, classes, options.gamma);
  if (options.contrastive) {
    const pairs = e.input('pairs', ['batch', 'batch']);
    loss = e.add(loss, e.mul(contrastiveLoss(e, network.hidden, pairs), options.contrastive));
  }
  const { next, norm } = adamW(e, states, e.gradients(loss, values), {
    ...BETAS,
    ...(options.clip !== undefined && { clip: options.clip }),
    decays: (name) => options.decayBiases === true || name.startsWith('weight'),
  });
  e.output('loss', loss);
  if (norm) e.output('norm', norm);
  if (options.answers) e.output('probability', probabilities(e, network.logits, classes));
  for (const [i, { name }] of parametersOf(architecture).entries()) {
    const { value, m, v } = next[i] as (typeof next)[number];
    for (const [part, result] of stateNames(name).map((part, j) => [part, [value, m, v][j] as Value] as const)) {
      e.output(nextName(part), result);
    }
  }
  return g.encode();
}

/** The probabilities of rows, the weights fed as well. */
export function forwardGraph(architecture: Architecture): Uint8Array {
  const g = createGraph({ name: 'forward' });
  const e = createExpressions(g);
  const x = e.input('x', ['batch', architecture.dimension]);
  const values = parametersOf(architecture).map(({ name, dims }) => e.input(name, dims));
  const { logits } = forward(e, x, layersOf(values), []);
  e.output('probability', probabilities(e, logits, architecture.classes));
  return g.encode();
}

function layersOf(values: readonly Value[]): LayerValues[] {
  return Array.from({ length: values.length / 2 }, (_, i) => ({
    weight: values[2 * i] as Value,
    bias: values[2 * i + 1] as Value,
  }));
}
