import { SvError } from '@streetvision/core';
import { logLossOf } from './loss.js';

export interface PlattOptions {
  /** `smoothed`: Platt's targets (N₊+1)/(N₊+2) and 1/(N₋+2), which stay finite on data that can be told apart. @default 'smoothed' */
  readonly targets?: 'smoothed' | 'hard';
}

const STEPS = 100;

/**
 * Platt scaling: σ(a·z + b) with the lowest log-loss, by Newton's method with backtracking (Lin, Lin & Weng 2007).
 *
 * @param logits of the scores @param truth 1 for the positive class, else 0
 * Throws `SV_TRAIN_DIVERGED` where hard targets can be told apart without an error.
 */
export function fitPlatt(
  logits: ArrayLike<number>,
  truth: ArrayLike<number>,
  { targets = 'smoothed' }: PlattOptions = {},
): { readonly a: number; readonly b: number } {
  const n = logits.length;
  let positives = 0;
  for (let i = 0; i < n; i++) positives += truth[i] as number;
  const negatives = n - positives;
  const [yes, no] = targets === 'hard' ? [1, 0] : [(positives + 1) / (positives + 2), 1 / (negatives + 2)];
  const aims = Float64Array.from({ length: n }, (_, i) => (truth[i] ? yes : no));
  let a = 0;
  let b = Math.log((positives + 1) / (negatives + 1));
  let loss = logLossOf(logits, aims, a, b);
  for (let step = 0; step < STEPS; step++) {
    const { ga, gb, haa, hab, hbb } = derivatives(logits, aims, a, b);
    const determinant = haa * hbb - hab * hab;
    const da = -(hbb * ga - hab * gb) / determinant;
    const db = -(haa * gb - hab * ga) / determinant;
    // Newton's steps shrink quadratically: below this the sums themselves are not exact.
    if (Math.hypot(da, db) < 1e-11 * (1 + Math.hypot(a, b))) return { a: a + da, b: b + db };
    let rate = 1;
    let next = loss;
    while (rate > 1e-12) {
      next = logLossOf(logits, aims, a + rate * da, b + rate * db);
      if (next <= loss + 1e-4 * rate * (ga * da + gb * db)) break;
      rate /= 2;
    }
    if (rate <= 1e-12) return { a, b }; // as low as rounding lets it go
    a += rate * da;
    b += rate * db;
    loss = next;
    if (!Number.isFinite(a + b) || Math.abs(a) > 1e6) break;
  }
  if (Number.isFinite(a + b) && Math.abs(a) <= 1e6) return { a, b };
  throw new SvError('SV_TRAIN_DIVERGED', 'Platt scaling with hard targets has no finite answer on these scores.', {
    fix: 'Use smoothed targets.',
  });
}

/** Gradient and Hessian of the mean log-loss. */
function derivatives(logits: ArrayLike<number>, targets: ArrayLike<number>, a: number, b: number) {
  const n = logits.length;
  let [ga, gb, haa, hab, hbb] = [0, 0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    const z = logits[i] as number;
    const p = 1 / (1 + Math.exp(-(a * z + b)));
    const d = p - (targets[i] as number);
    const w = p * (1 - p);
    ga += d * z;
    gb += d;
    haa += w * z * z;
    hab += w * z;
    hbb += w;
  }
  // A touch on the diagonal, for scores that are all alike.
  return { ga: ga / n, gb: gb / n, haa: haa / n + 1e-12, hab: hab / n, hbb: hbb / n + 1e-12 };
}
