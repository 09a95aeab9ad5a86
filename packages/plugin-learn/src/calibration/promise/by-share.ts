import { calibrationLogit, type SideRefused } from '@streetvision/core';
import { clopperPearsonUpper } from '../../statistics/index.js';
import type { Exits, SideFrames, SideTerms } from './side.js';

/** How far a score is from the cut, on the scale of log-odds: who leaves first, decided without labels. */
export const sureness = (score: number, cut: number): number =>
  Math.abs(calibrationLogit(score) - calibrationLogit(cut));

/** The sureness that `share` of the scores have. */
export function surenessOf(scores: ArrayLike<number>, cut: number, share: number): number {
  const sorted = Float64Array.from(scores, (score) => sureness(score, cut)).sort();
  const count = Math.min(sorted.length, Math.max(1, Math.round(share * sorted.length)));
  return sorted[sorted.length - count] as number;
}

/** Those of a side that are at least so sure, with the bound that follows for them. */
export function exitsBySureness(
  { scores, wrong, limit }: SideFrames,
  cut: number,
  least: number,
  { risk, delta, total }: Omit<SideTerms, 'targetError'>,
  onSide: (score: number) => boolean,
): Exits | SideRefused {
  let exits = 0;
  let errors = 0;
  while (exits < limit && onSide(scores[exits] as number) && sureness(scores[exits] as number, cut) >= least) {
    errors += wrong[exits++] as number;
  }
  if (exits === 0) return { refused: 'nobody on this side is sure enough' };
  return { exits, errors, upper: clopperPearsonUpper(errors, risk === 'marginal' ? total : exits, delta) };
}
