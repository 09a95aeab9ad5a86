import type { Expressions, Value } from './types.js';

/** What AdamW is run with; the defaults are PyTorch's. */
export interface AdamWOptions {
  /** @default 0.9 */
  readonly beta1?: number;
  /** @default 0.999 */
  readonly beta2?: number;
  /** @default 1e-8 */
  readonly epsilon?: number;
  /** Largest norm of all gradients together; they are scaled down to it. @default none */
  readonly clip?: number;
  /** Whether weights of this name decay; such as all but biases. @default all */
  readonly decays?: (name: string) => boolean;
}

/** A parameter and its running sums, before or after a step; both start at 0. */
export interface AdamWState {
  readonly value: Value;
  /** Of the gradient: its running mean divided by `1 − beta1`, which saves a pass over all weights. */
  readonly m: Value;
  /** Of its square, divided by `1 − beta2`. */
  readonly v: Value;
}

/** Names of the scalar inputs; `adamWFeeds` computes what is fed. */
const INPUTS = ['step_size', 'epsilon', 'keep'] as const;

/**
 * Adds a step of AdamW (Loshchilov and Hutter 2019; decoupled decay) to a graph, which gets the scalar inputs
 * `step_size`, `epsilon` and `keep`: see `adamWFeeds`.
 * @returns the states after the step; with `clip` also the norm of all gradients before they were clipped
 */
export function adamW(
  e: Expressions,
  parameters: readonly AdamWState[],
  gradients: readonly Value[],
  { beta1 = 0.9, beta2 = 0.999, clip, decays = () => true }: AdamWOptions = {},
): { next: AdamWState[]; norm: Value | undefined } {
  const [stepSize, epsilon, keep] = INPUTS.map((name) => e.input(name, [])) as [Value, Value, Value];
  const norm = clip === undefined ? undefined : normOf(e, gradients);
  const scale = norm && clip !== undefined ? clipScale(e, norm, clip) : undefined;
  const next = parameters.map(({ value, m, v }, i) => {
    const raw = gradients[i] as Value;
    const gradient = scale ? e.mul(raw, scale) : raw;
    const nextM = e.add(e.mul(m, beta1), gradient);
    const nextV = e.add(e.mul(v, beta2), e.mul(gradient, gradient));
    const step = e.mul(e.div(nextM, e.add(e.sqrt(nextV), epsilon)), stepSize);
    const kept = decays(value.name) ? e.mul(value, keep) : value;
    return { value: e.sub(kept, step), m: nextM, v: nextV };
  });
  return { next, norm };
}

/** Of all of them together. */
function normOf(e: Expressions, gradients: readonly Value[]): Value {
  const squares = gradients.map((g) => e.fixed('ReduceSumSquare', [g], [], { keepdims: false }));
  return e.sqrt(squares.reduce((a, b) => e.add(a, b)));
}

/** `min(1, clip / (norm + 1e-6))`, as PyTorch has it. */
function clipScale(e: Expressions, norm: Value, clip: number): Value {
  const ratio = e.div(clip, e.add(norm, 1e-6));
  return e.fixed('Min', [ratio, e.constant('largest_clip_scale', [], [1])], []);
}

/** What is fed to a step of AdamW. */
export interface AdamWStep {
  readonly learningRate: number;
  readonly weightDecay: number;
  /** From 1. */
  readonly step: number;
}

/** The scalars for a step; computed here, since float32 is too coarse for `1 − 0.999ᵗ`. */
export function adamWFeeds(
  { learningRate, weightDecay, step }: AdamWStep,
  { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: AdamWOptions = {},
): Record<(typeof INPUTS)[number], number> {
  // The corrections of both means, and what their sums lack to be means.
  const root = Math.sqrt((1 - beta2 ** step) / (1 - beta2));
  return {
    step_size: (learningRate * root * (1 - beta1)) / (1 - beta1 ** step),
    epsilon: epsilon * root,
    keep: 1 - learningRate * weightDecay,
  };
}
