import { betaQuantile } from './beta.js';

/** Errors and frames of one group. */
export interface Cluster {
  readonly n: number;
  readonly errors: number;
}

/** Upper bound of a share where near-duplicates err together. */
export interface ClusteredBound {
  /** As many independent frames would say as much. */
  readonly effectiveN: number;
  readonly upper: number;
}

/**
 * Clopper–Pearson on the effective number of frames (Korn & Graubard, Survey Methodology 24, 1998): their number divided
 * by how much more the share varies between groups than it would between independent frames. Without any error, or with
 * errors only, nothing can be seen of that, and each group counts as one frame.
 *
 * @param delta chance to be wrong, in (0, 1)
 */
export function clusteredUpper(clusters: readonly Cluster[], delta: number): ClusteredBound {
  const groups = clusters.length;
  const n = clusters.reduce((sum, cluster) => sum + cluster.n, 0);
  const errors = clusters.reduce((sum, cluster) => sum + cluster.errors, 0);
  const share = errors / n;
  if (groups < 2 || errors === 0 || errors === n) {
    return {
      effectiveN: groups,
      upper: errors === n ? 1 : betaQuantile(1 - delta, share * groups + 1, groups - share * groups),
    };
  }
  const spread = clusters.reduce((sum, cluster) => sum + (cluster.errors - share * cluster.n) ** 2, 0);
  const variance = (spread / n ** 2) * (groups / (groups - 1));
  const independent = (share * (1 - share)) / n;
  const fewGroups = tSquared(n - 1, delta) / tSquared(groups - 1, delta);
  const effectiveN = Math.min(n, Math.max(1, n * (independent / variance) * fewGroups));
  return { effectiveN, upper: betaQuantile(1 - delta, share * effectiveN + 1, effectiveN * (1 - share)) };
}

/** The square of Student's t that is exceeded with probability `tail`. */
function tSquared(freedom: number, tail: number): number {
  const x = betaQuantile(2 * Math.min(0.499, tail), freedom / 2, 0.5);
  return (freedom * (1 - x)) / x;
}
