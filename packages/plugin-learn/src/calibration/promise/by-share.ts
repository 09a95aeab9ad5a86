import { calibrationLogit, type SideRefused } from '@streetvision/core';
import { clopperPearsonUpper } from '../../statistics/index.js';
import type { Exits, SideFrames, SideTerms } from './side.js';

/** How far a score is from the cut, on the scale of log-odds: who leaves first, decided without labels. */
export const sureness = (score: number, cut: number): number =>
  Math.abs(calibrationLogit(score) - calibrationLogit(cut));

/** The sureness that `share` of the scores have, counted among those on the sides that may be left on. */
export function surenessOf(
  scores: Float64Array,
  cut: number,
  share: number,
  sides: readonly ('low' | 'high')[],
): number {
  const asked = scores.filter((score) => sides.includes(score >= cut ? 'high' : 'low'));
  const sorted = asked.map((score) => sureness(score, cut)).sort();
  // A hair below, so that 0.7 of 10 is 7 and not 8.
  const count = Math.min(sorted.length, Math.max(1, Math.ceil(share * scores.length - 1e-9)));
  return sorted[sorted.length - count] ?? Number.POSITIVE_INFINITY;
}

/**
 * Those of a side that are at least so sure, with the bound that follows for them. Labels have no say in who they are:
 * where the fitted map gives one of them the other answer, nobody leaves there.
 */
export function exitsBySureness(
  { scores, wrong, limit }: SideFrames,
  cut: number,
  least: number,
  { risk, delta, total }: Omit<SideTerms, 'targetError'>,
  onSide: (score: number) => boolean,
): Exits | SideRefused {
  let exits = 0;
  let errors = 0;
  while (exits < scores.length && onSide(scores[exits] as number) && sureness(scores[exits] as number, cut) >= least) {
    errors += wrong[exits++] as number;
  }
  if (exits === 0) return { refused: 'nobody on this side is sure enough' };
  if (exits > limit) {
    return { refused: `calibrated, ${exits - limit} of the ${exits} surest get the other answer: fewer may leave` };
  }
  return { exits, errors, upper: clopperPearsonUpper(errors, risk === 'marginal' ? total : exits, delta) };
}
