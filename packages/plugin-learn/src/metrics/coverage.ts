import { type Cut, isPositive } from './confusion.js';
import { descending } from './judged.js';
import type { Judged } from './types.js';

/** Error among the answers that are kept, where only the most confident ones are. */
export interface CoveragePoint {
  /** Share that is answered, in (0, 1]. */
  readonly coverage: number;
  /** Share of errors among them. */
  readonly risk: number;
  /** Confidence max(p, 1 − p) of the least confident one among them. */
  readonly confidence: number;
}

/** The risk–coverage curve, a point for each sample, most confident first; equally confident ones keep their order. */
export function riskCoverage({ scores, truth }: Judged, cut: Cut = {}): CoveragePoint[] {
  const confidence = Float64Array.from(scores, (score) => Math.max(score, 1 - score));
  let errors = 0;
  return Array.from(descending(confidence), (at, i) => {
    errors += Number(isPositive(scores[at] as number, cut) !== (truth[at] === 1));
    return {
      coverage: (i + 1) / scores.length,
      risk: errors / (i + 1),
      confidence: confidence[at] as number,
    };
  });
}

/** Area under the risk–coverage curve: the mean risk over all coverages. Lower is better. `null` without any. */
export function aurc(judged: Judged, cut: Cut = {}): number | null {
  const points = riskCoverage(judged, cut);
  return points.length > 0 ? points.reduce((sum, { risk }) => sum + risk, 0) / points.length : null;
}
