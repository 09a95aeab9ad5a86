import type { Random } from '@streetvision/core';

export interface HingeProblem {
  /** Standardised, `[count, dimension]`. */
  readonly x: Float32Array;
  readonly dimension: number;
  /** 1 for the positive class, else 0. */
  readonly labels: ArrayLike<number>;
  /** Penalty of each sample: C times its weight. */
  readonly penalties: ArrayLike<number>;
  readonly rows: readonly number[];
}

const ROUNDS = 1_000;
const TOLERANCE = 1e-3;

/**
 * A linear SVM with squared hinge: least `½‖w‖² + Σ Cᵢ·max(0, 1 − yᵢ·w·xᵢ)²`, by dual coordinate descent (Hsieh et
 * al. 2008, algorithm 1). The bias is the weight of a further feature of 1, as in liblinear.
 * @returns weights, and the bias behind them
 */
export function fitHinge({ x, dimension: d, labels, penalties, rows }: HingeProblem, random: Random): Float64Array {
  const w = new Float64Array(d + 1);
  const alpha = new Float64Array(rows.length);
  const diagonal = rows.map((row) => 1 / (2 * (penalties[row] as number)));
  const curvature = rows.map((row, i) => {
    let square = 1 + (diagonal[i] as number);
    for (let j = row * d; j < (row + 1) * d; j++) square += (x[j] as number) ** 2;
    return square;
  });
  const order = rows.map((_, i) => i);
  for (let round = 0; round < ROUNDS; round++) {
    let most = 0;
    for (const i of random.shuffle(order)) {
      const row = rows[i] as number;
      const y = labels[row] === 1 ? 1 : -1;
      const before = alpha[i] as number;
      const gradient = y * decision(w, x, row, d) - 1 + (diagonal[i] as number) * before;
      const projected = before === 0 ? Math.min(gradient, 0) : gradient;
      if (projected === 0) continue;
      most = Math.max(most, Math.abs(projected));
      const after = Math.max(before - gradient / (curvature[i] as number), 0);
      alpha[i] = after;
      const change = (after - before) * y;
      for (let j = 0; j < d; j++) w[j] = (w[j] as number) + change * (x[row * d + j] as number);
      w[d] = (w[d] as number) + change;
    }
    if (most < TOLERANCE) break;
  }
  return w;
}

/** `w · x + bias` of one row. */
export function decision(w: Float64Array, x: Float32Array, row: number, d: number): number {
  let sum = w[d] as number;
  for (let j = 0; j < d; j++) sum += (w[j] as number) * (x[row * d + j] as number);
  return sum;
}
