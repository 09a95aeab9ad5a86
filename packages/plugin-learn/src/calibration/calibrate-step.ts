import {
  applyMap,
  type CalibrationMap,
  type SideEvidence,
  type SideRefused,
  type StepCalibration,
  SvError,
  shiftToHalf,
} from '@streetvision/core';
import { bestMccThreshold } from '../metrics/index.js';
import { clusteredUpper, quantile } from '../statistics/index.js';
import { chooseMap } from './fit/choose.js';
import { exitsBySureness, surenessOf } from './promise/by-share.js';
import { chooseExits, type SideFrames, type SideTerms } from './promise/side.js';
import type { Terms } from './promise/terms.js';
import type { CalibrationSet, StepAnswers } from './types.js';

export interface StepInput {
  readonly set: CalibrationSet;
  readonly step: StepAnswers;
  /** Frames that reached it, by index. */
  readonly reached: readonly number[];
  readonly terms: Terms;
  /** Chance to be wrong and target, for one side of one step. */
  readonly side: Pick<SideTerms, 'delta' | 'targetError'>;
  /** Whether anybody may leave here: the last step ends the cascade anyway. */
  readonly exits: boolean;
  /** Share of the reached frames that shall leave, where thresholds are chosen by it. */
  readonly share: number | undefined;
  /** Who would leave if the map agreed: labels have no say. */
  readonly blind?: boolean;
}

/** Fits the map of a step on the frames that reached it, and chooses its thresholds. */
export function calibrateStep(input: StepInput): StepCalibration {
  const { set, step, reached, terms } = input;
  const scores = Float64Array.from(reached, (i) => step.scores[i] as number);
  const truth = Uint8Array.from(reached, (i) => set.truth[i] as number);
  const groups = reached.map((i) => set.groups[i] as string);
  const positives = truth.reduce((sum, y) => sum + y, 0);
  const bothClasses = positives > 0 && positives < truth.length;
  const map: CalibrationMap | null =
    bothClasses && !input.blind ? chooseMap({ scores, truth, groups }, terms.fit, terms.seed) : { method: 'none' };
  const shift = map && bothClasses ? cutOf({ scores, truth }, map, terms.shift) : null;
  const sides = !input.exits ? LAST : map ? chooseSides(input, { scores, truth, groups }, map, shift) : FALLING;
  return {
    stages: step.stages,
    map: map ?? { method: 'none' },
    shift,
    n: reached.length,
    positives,
    groups: new Set(groups).size,
    thresholds: { low: sides.low.threshold, high: sides.high.threshold },
    low: sides.low.found,
    high: sides.high.found,
  };
}

interface Side {
  readonly threshold: number | null;
  readonly found: SideEvidence | SideRefused;
}

const refuse = (refused: string): Side => ({ threshold: null, found: { refused } });
const LAST = { low: refuse('last step'), high: refuse('last step') };
const FALLING = {
  low: refuse('the scores fall where the truth rises'),
  high: refuse('the scores fall where the truth rises'),
};

interface Reached {
  readonly scores: Float64Array;
  readonly truth: Uint8Array;
  readonly groups: readonly string[];
}

function chooseSides(
  { set, terms, side, share, blind }: StepInput,
  reached: Reached,
  map: CalibrationMap,
  shift: number | null,
): Record<'low' | 'high', Side> {
  const cut = cutWithoutLabels(reached.scores, set.threshold);
  const least = share === undefined ? undefined : surenessOf(reached.scores, cut, share, terms.sides);
  const saysYes = (score: number) => {
    if (blind) return score >= cut;
    const p = applyMap(map, score);
    return (shift === null ? p : shiftToHalf(p, shift)) >= set.threshold;
  };
  const sideTerms = { ...side, risk: terms.risk, method: terms.method, total: set.truth.length };
  const one = (name: 'low' | 'high'): Side => {
    if (!terms.sides.includes(name)) return refuse('not asked for');
    const yes = name === 'high';
    const { frames, order } = sideFrames(reached, yes, cut, saysYes);
    const chosen =
      least === undefined
        ? chooseExits(frames, sideTerms)
        : exitsBySureness(frames, cut, least, sideTerms, (score) => score >= cut === yes);
    if ('refused' in chosen) return { threshold: null, found: chosen };
    const threshold = frames.scores[chosen.exits - 1] as number;
    const all = terms.risk === 'marginal' ? set.groups : undefined;
    return { threshold, found: { ...chosen, ...byGroup(chosen.exits, frames, order, reached, all, side.delta) } };
  };
  return { low: one('low'), high: one('high') };
}

function sideFrames(
  { scores, truth }: Reached,
  yes: boolean,
  cut: number,
  saysYes: (score: number) => boolean,
): { frames: SideFrames; order: Uint32Array } {
  const order = Uint32Array.from(scores, (_, i) => i).sort(
    (a, b) => ((scores[a] as number) - (scores[b] as number)) * (yes ? -1 : 1),
  );
  const sorted = Float64Array.from(order, (i) => scores[i] as number);
  const firstOther = sorted.findIndex((score) => saysYes(score) !== yes);
  const expected = sorted.findIndex((score) => score >= cut !== yes);
  return {
    order,
    frames: {
      scores: sorted,
      wrong: Uint8Array.from(order, (i) => Number((truth[i] === 1) !== yes)),
      limit: firstOther < 0 ? sorted.length : firstOther,
      expected: expected < 0 ? sorted.length : expected,
    },
  };
}

/** The task's threshold where both sides of it have frames, else the middle score; labels have no say. */
function cutWithoutLabels(scores: Float64Array, threshold: number): number {
  const above = scores.reduce((count, score) => count + Number(score >= threshold), 0);
  const least = 0.05 * scores.length;
  return above >= least && scores.length - above >= least ? threshold : quantile(scores.slice().sort(), 0.5);
}

function cutOf(judged: Pick<Reached, 'scores' | 'truth'>, map: CalibrationMap, wanted: Terms['shift']): number | null {
  if (wanted === undefined) return null;
  if (wanted !== 'mcc') return wanted;
  const scores = Float64Array.from(judged.scores, (score) => applyMap(map, score));
  const cut = bestMccThreshold({ scores, truth: judged.truth })?.threshold ?? 0.5;
  if (cut > 0 && cut < 1) return cut;
  throw new SvError('SV_CALIBRATION_DATA', `The cut with the highest MCC is ${cut}, which cannot be moved to 0.5.`, {
    fix: 'Calibrate without --shift, or give the cut as a number.',
  });
}

/** Near-duplicates err together: beside the promise stands what the groups say. */
function byGroup(
  exits: number,
  { wrong }: SideFrames,
  order: Uint32Array,
  { groups }: Reached,
  all: readonly string[] | undefined,
  delta: number,
): Pick<SideEvidence, 'groups' | 'effectiveN' | 'upperByGroup'> {
  const clusters = new Map<string, { n: number; errors: number }>();
  const count = (group: string, n: number, errors: number) => {
    const cluster = clusters.get(group);
    if (!cluster) clusters.set(group, { n, errors });
    else {
      cluster.n += n;
      cluster.errors += errors;
    }
  };
  for (let rank = 0; rank < exits; rank++) {
    count(groups[order[rank] as number] as string, all ? 0 : 1, wrong[rank] as number);
  }
  const found = clusters.size;
  for (const group of all ?? []) count(group, 1, 0);
  if (clusters.size === (all?.length ?? exits)) return { groups: found, effectiveN: null, upperByGroup: null };
  const { effectiveN, upper } = clusteredUpper([...clusters.values()], delta);
  return { groups: found, effectiveN, upperByGroup: upper };
}
