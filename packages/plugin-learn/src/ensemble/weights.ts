import { minimise } from '../heads/lbfgs.js';
import type { ScoreMatrix } from './score-matrix.js';
import type { Settings, Weights } from './types.js';

const TINY = 1e-6;

const keep = (p: number) => Math.min(1 - TINY, Math.max(TINY, p));
const logit = (p: number) => Math.log(keep(p) / (1 - keep(p)));
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
/** ln(1 + eˣ) without overflow. */
const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** Fits the weights to all samples of a matrix by penalised maximum likelihood. */
export function fitWeights(matrix: ScoreMatrix, settings: Settings): Weights {
  return settings.method === 'softmax' ? fitSoftmax(matrix, settings) : fitLogistic(matrix, settings);
}

/** Weights are softmax(θ); the penalty |θ|² / 2c pulls them to be equal. */
function fitSoftmax({ stages, scores, truth }: ScoreMatrix, { space, c }: Settings): Weights {
  const probabilities = space === 'probability';
  const rows = scores.map((row) => row.map((score) => (score === undefined || probabilities ? score : logit(score))));
  const theta = minimise(new Float64Array(stages.length), (at, gradient) => {
    const weights = softmax(at);
    let loss = 0;
    for (let i = 0; i < at.length; i++) {
      loss += (at[i] as number) ** 2 / (2 * c);
      gradient[i] = (at[i] as number) / c;
    }
    for (const [n, row] of rows.entries()) {
      let sum = 0;
      let total = 0;
      for (const [i, value] of row.entries()) {
        if (value === undefined) continue;
        sum += (weights[i] as number) * value;
        total += weights[i] as number;
      }
      const fused = sum / total;
      const y = truth[n] as number;
      const p = probabilities ? keep(fused) : sigmoid(fused);
      loss += probabilities ? -Math.log(y ? p : 1 - p) : softplus(y ? -fused : fused);
      const slope = probabilities ? (p - y) / (p * (1 - p)) : p - y;
      // Of stages that did not answer the weight is dealt to the others: fused is their weighted mean.
      for (const [i, value] of row.entries()) {
        if (value !== undefined) {
          gradient[i] = (gradient[i] as number) + (slope * (weights[i] as number) * (value - fused)) / total;
        }
      }
    }
    return loss;
  });
  const weights = softmax(theta);
  return {
    method: 'softmax',
    space,
    intercept: 0,
    stages: stages.map(({ stage, sha256 }, i) => ({ stage, sha256, weight: weights[i] as number })),
  };
}

/** The penalty pulls each weight to 1 / stages, the mean of the log-odds, and `missing` to 0; the intercept is free. */
function fitLogistic({ stages, scores, truth }: ScoreMatrix, { c }: Settings): Weights {
  const k = stages.length;
  // Laid out as [weights, missing, intercept]; a stage that always answered keeps a `missing` of 0.
  const rows = scores.map((row) => {
    const x = new Float64Array(2 * k + 1);
    for (const [i, score] of row.entries()) {
      if (score === undefined) x[k + i] = 1;
      else x[i] = logit(score);
    }
    x[2 * k] = 1;
    return x;
  });
  const prior = Float64Array.from({ length: 2 * k + 1 }, (_, i) => (i < k ? 1 / k : 0));
  const fitted = minimise(prior.slice(), (at, gradient) => {
    let loss = 0;
    for (let i = 0; i < at.length; i++) {
      const off = i < 2 * k ? (at[i] as number) - (prior[i] as number) : 0;
      loss += off ** 2 / (2 * c);
      gradient[i] = off / c;
    }
    for (const [n, x] of rows.entries()) {
      let z = 0;
      for (let i = 0; i < x.length; i++) z += (at[i] as number) * (x[i] as number);
      const y = truth[n] as number;
      loss += softplus(y ? -z : z);
      const slope = sigmoid(z) - y;
      for (let i = 0; i < x.length; i++) gradient[i] = (gradient[i] as number) + slope * (x[i] as number);
    }
    return loss;
  });
  return {
    method: 'logistic',
    space: 'logOdds',
    intercept: fitted[2 * k] as number,
    stages: stages.map(({ stage, sha256 }, i) => ({
      stage,
      sha256,
      weight: fitted[i] as number,
      missing: fitted[k + i] as number,
    })),
  };
}

function softmax(values: Float64Array): Float64Array {
  const most = Math.max(...values);
  const powers = values.map((value) => Math.exp(value - most));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}
