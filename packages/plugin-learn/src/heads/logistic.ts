import type { OneLayer } from './fit.js';
import { minimise } from './lbfgs.js';
import { type Layer, logitsOf, type Standardisation } from './weights.js';

export interface LogisticProblem {
  /** `[count, dimension]`, as they are; they are standardised in passing. */
  readonly features: Float32Array;
  readonly dimension: number;
  /** See `targetsOf`. */
  readonly targets: Float32Array;
  readonly classes: number;
  /** Inverse of the L2 penalty. */
  readonly c: number;
  readonly standardisation: Standardisation | null;
  /** Where to start; the end is the same. */
  readonly from?: Layer | undefined;
}

/**
 * Logistic regression, with softmax where classes are more than two: least `Σ targets · −log p + 1/(2c) · ‖weights‖²`,
 * biases unpenalised, in float64.
 */
export function fitLogistic(problem: LogisticProblem): OneLayer {
  const { dimension: d, classes, c, from } = problem;
  const k = logitsOf(classes);
  const count = problem.features.length / d;
  const ridge = 1 / (c * count);
  const start = new Float64Array(k * (d + 1));
  if (from) {
    start.set(from.weight);
    start.set(from.bias, k * d);
  }
  const dataLoss = lossOf(problem);
  const end = minimise(start, (at, gradient) => {
    let loss = dataLoss(at, gradient);
    for (let i = 0; i < k * d; i++) {
      const w = at[i] as number;
      loss += (ridge / 2) * w * w;
      gradient[i] = (gradient[i] as number) + ridge * w;
    }
    return loss;
  });
  const layer = {
    inputs: d,
    outputs: k,
    weight: Float32Array.from(end.subarray(0, k * d)),
    bias: Float32Array.from(end.subarray(k * d)),
  };
  return { layer, loss: dataLoss(end, new Float64Array(end.length)) };
}

/** Mean loss over the samples and its gradient, of weights `[k, d]` and then biases `[k]`. */
function lossOf({ features, dimension: d, targets, classes, standardisation }: LogisticProblem) {
  const k = logitsOf(classes);
  const count = features.length / d;
  const mean = Float64Array.from({ length: d }, (_, j) => standardisation?.mean[j] ?? 0);
  const scale = Float64Array.from({ length: d }, (_, j) => standardisation?.scale[j] ?? 1);
  const raw = new Float64Array(k * d);
  const offset = new Float64Array(k);
  const z = new Float64Array(k);
  const pull = new Float64Array(k);
  return (at: Float64Array, gradient: Float64Array): number => {
    gradient.fill(0);
    // Weights for rows as they are, so that no standardised copy of them is needed.
    for (let o = 0; o < k; o++) {
      let bias = at[k * d + o] as number;
      for (let j = 0; j < d; j++) {
        const w = (at[o * d + j] as number) * (scale[j] as number);
        raw[o * d + j] = w;
        bias -= w * (mean[j] as number);
      }
      offset[o] = bias;
    }
    let loss = 0;
    for (let i = 0; i < count; i++) {
      const row = i * d;
      for (let o = 0; o < k; o++) {
        const base = o * d;
        let sum = offset[o] as number;
        for (let j = 0; j < d; j++) sum += (features[row + j] as number) * (raw[base + j] as number);
        z[o] = sum;
      }
      loss += (k === 1 ? binary : softmax)(z, targets, i * classes, pull) / count;
      for (let o = 0; o < k; o++) {
        const slope = (pull[o] as number) / count;
        const base = o * d;
        for (let j = 0; j < d; j++)
          gradient[base + j] = (gradient[base + j] as number) + slope * (features[row + j] as number);
        gradient[k * d + o] = (gradient[k * d + o] as number) + slope;
      }
    }
    for (let o = 0; o < k; o++) {
      const sum = gradient[k * d + o] as number;
      for (let j = 0; j < d; j++) {
        const g = gradient[o * d + j] as number;
        gradient[o * d + j] = (g - (mean[j] as number) * sum) * (scale[j] as number);
      }
    }
    return loss;
  };
}

/** `t₁·log(1+e⁻ᶻ) + t₀·log(1+eᶻ)`, and its slope. */
function binary(z: Float64Array, targets: Float32Array, at: number, pull: Float64Array): number {
  const logit = z[0] as number;
  const no = targets[at] as number;
  const yes = targets[at + 1] as number;
  const rest = Math.log1p(Math.exp(-Math.abs(logit)));
  pull[0] = (no + yes) / (1 + Math.exp(-logit)) - yes;
  return yes * (Math.max(-logit, 0) + rest) + no * (Math.max(logit, 0) + rest);
}

function softmax(z: Float64Array, targets: Float32Array, at: number, pull: Float64Array): number {
  const most = z.reduce((a, b) => Math.max(a, b));
  const sum = z.reduce((total, value) => total + Math.exp(value - most), 0);
  let loss = 0;
  let mass = 0;
  for (let o = 0; o < z.length; o++) {
    const target = targets[at + o] as number;
    mass += target;
    loss -= target * ((z[o] as number) - most - Math.log(sum));
  }
  for (let o = 0; o < z.length; o++) {
    pull[o] = (mass * Math.exp((z[o] as number) - most)) / sum - (targets[at + o] as number);
  }
  return loss;
}
