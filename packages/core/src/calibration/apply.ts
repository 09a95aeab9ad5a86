import type { CalibrationMap } from './types.js';

/** How near to 0 and 1 a score may come before its logit is taken. */
const MARGIN = 1e-6;

/** ln(p / (1 − p)), of a probability kept 1e-6 away from 0 and 1. */
export function calibrationLogit(p: number): number {
  const inside = Math.min(1 - MARGIN, Math.max(MARGIN, p));
  return Math.log(inside / (1 - inside));
}

const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));

/** The calibrated probability of a score; both in [0, 1]. Never falls where the score rises. */
export function applyMap(map: CalibrationMap, score: number): number {
  switch (map.method) {
    case 'none':
      return score;
    case 'temperature':
      return sigmoid(calibrationLogit(score) / map.temperature);
    case 'platt':
      return sigmoid(map.a * calibrationLogit(score) + map.b);
    case 'isotonic':
      return interpolate(map.x, map.y, score);
  }
}

/** Moves the probability `cut` to 0.5: σ(logit p − logit cut). */
export function shiftToHalf(p: number, cut: number): number {
  // As odds: 0 and 1 stay what they are, and the cut itself comes out as exactly one half.
  const yes = p * (1 - cut);
  return yes / (yes + (1 - p) * cut);
}

function interpolate(x: readonly number[], y: readonly number[], at: number): number {
  let low = 0;
  let high = x.length - 1;
  if (at <= (x[low] as number)) return y[low] as number;
  if (at >= (x[high] as number)) return y[high] as number;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((x[middle] as number) <= at) low = middle;
    else high = middle;
  }
  const [left, right] = [x[low] as number, x[high] as number];
  const [below, above] = [y[low] as number, y[high] as number];
  const value = below + ((above - below) * (at - left)) / (right - left);
  return Math.min(above, Math.max(below, value));
}
