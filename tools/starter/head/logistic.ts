import type { Matrix } from '../data/matrix.js';
import { minimise } from './lbfgs.js';

/** P(positive) = sigmoid(weights · x + bias). */
export interface Linear {
  readonly weights: Float64Array;
  readonly bias: number;
}

/**
 * Logistic regression: least Σ wᵢ·BCEᵢ + ridge/2 · ‖weights‖², the bias unpenalised, on standardised columns; the
 * standardisation is folded into what is returned, so that it takes raw rows.
 * @param weights one per row, summing to 1
 */
export function fitLogistic(x: Matrix, positive: readonly boolean[], weights: Float64Array, ridge: number): Linear {
  return logisticPath(x, positive, weights)(ridge);
}

/** The same for one ridge after another; each starts where the one before ended, which saves most of the steps. */
export function logisticPath(
  x: Matrix,
  positive: readonly boolean[],
  weights: Float64Array,
): (ridge: number) => Linear {
  const { mean, deviation, scaled } = standardise(x);
  const d = x.columns;
  let solution: Float64Array = new Float64Array(d + 1);
  const lossAt = (at: Float64Array, gradient: Float64Array, ridge: number): number => {
    gradient.fill(0);
    let loss = 0;
    for (let i = 0; i < x.rows; i++) {
      const row = i * d;
      let z = at[d] as number;
      for (let j = 0; j < d; j++) z += (scaled[row + j] as number) * (at[j] as number);
      const w = weights[i] as number;
      // log(1 + e^±z) without overflow.
      loss += w * (Math.max(z, 0) - (positive[i] ? z : 0) + Math.log1p(Math.exp(-Math.abs(z))));
      const slope = w * (1 / (1 + Math.exp(-z)) - (positive[i] ? 1 : 0));
      for (let j = 0; j < d; j++) gradient[j] = (gradient[j] as number) + slope * (scaled[row + j] as number);
      gradient[d] = (gradient[d] as number) + slope;
    }
    for (let j = 0; j < d; j++) {
      const value = at[j] as number;
      loss += (ridge / 2) * value * value;
      gradient[j] = (gradient[j] as number) + ridge * value;
    }
    return loss;
  };
  return (ridge) => {
    solution = minimise(solution, (at, gradient) => lossAt(at, gradient, ridge));
    const raw = Float64Array.from({ length: d }, (_, j) => (solution[j] as number) / (deviation[j] as number));
    return { weights: raw, bias: raw.reduce((bias, w, j) => bias - w * (mean[j] as number), solution[d] as number) };
  };
}

/** Log-odds of every row. */
export function logits({ weights, bias }: Linear, x: Matrix): Float64Array {
  return Float64Array.from({ length: x.rows }, (_, i) =>
    weights.reduce((sum, w, j) => sum + w * (x.data[i * x.columns + j] as number), bias),
  );
}

function standardise({ rows, columns, data }: Matrix) {
  const mean = new Float64Array(columns);
  const deviation = new Float64Array(columns);
  const each = (visit: (value: number, column: number, at: number) => void) => {
    for (let i = 0, at = 0; i < rows; i++) for (let j = 0; j < columns; j++, at++) visit(data[at] as number, j, at);
  };
  each((value, j) => {
    mean[j] = (mean[j] as number) + value / rows;
  });
  each((value, j) => {
    deviation[j] = (deviation[j] as number) + (value - (mean[j] as number)) ** 2 / rows;
  });
  // What varies by no more than rounding does not vary: its column is 0, and so is its weight.
  for (let j = 0; j < columns; j++) {
    const spread = Math.sqrt(deviation[j] as number);
    deviation[j] = spread > 1e-9 * Math.abs(mean[j] as number) ? spread : Number.POSITIVE_INFINITY;
  }
  const scaled = new Float64Array(data.length);
  each((value, j, at) => {
    scaled[at] = (value - (mean[j] as number)) / (deviation[j] as number);
  });
  return { mean, deviation, scaled };
}
