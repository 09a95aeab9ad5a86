import type { HeadCalibration } from './metadata.js';

// A probability of exactly 0 or 1 has no logit; float32 resolves nothing finer near 1.
const TINY = 1e-7;

/** Calibrated probabilities that sum to 1; the input unchanged without a calibration. */
export function calibrate(
  probabilities: readonly number[],
  calibration: HeadCalibration | null,
  positive: number,
): readonly number[] {
  if (calibration === null) return probabilities;
  const logs = probabilities.map((p) => Math.log(Math.max(p, TINY)));
  if (calibration.method === 'temperature') return softmax(logs.map((log) => log / calibration.temperature));
  const other = positive === 0 ? 1 : 0;
  const logit = (logs[positive] as number) - (logs[other] as number);
  const p = 1 / (1 + Math.exp(-(calibration.a * logit + calibration.b)));
  return positive === 0 ? [p, 1 - p] : [1 - p, p];
}

function softmax(values: readonly number[]): number[] {
  const largest = Math.max(...values);
  const powers = values.map((value) => Math.exp(value - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
