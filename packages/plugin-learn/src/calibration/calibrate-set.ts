import { type CalibrationPromise, createRandom, didYouMean, type StepCalibration, SvError } from '@streetvision/core';
import { calibrateStep } from './calibrate-step.js';
import { type CalibrateOptions, readTerms, type Terms } from './promise/terms.js';
import { makePromise } from './promise/words.js';
import type { CalibrationSet, StepAnswers } from './types.js';

/** What calibration makes of a set of answers. */
export interface CalibratedSet {
  /** Frames that were used. */
  readonly n: number;
  readonly steps: Readonly<Record<string, StepCalibration>>;
  readonly promise: CalibrationPromise;
  /** Mean recorded milliseconds per frame under the thresholds, and without any. */
  readonly ms: number;
  readonly msWithout: number;
}

/**
 * Calibrates each step on the frames that reach it under the thresholds of the steps before it.
 *
 * Throws `SV_CALIBRATION_DATA` where no side of no step can keep what is asked, with the reason of each;
 * `SV_TRAIN_OPTIONS`.
 */
export function calibrateSet(all: CalibrationSet, options: CalibrateOptions = {}): CalibratedSet {
  const terms = readTerms(options);
  const set = terms.framesIndependent ? all : oneOfEach(all, terms.seed);
  if (terms.shift !== undefined && set.threshold !== 0.5) {
    throw new SvError('SV_TRAIN_OPTIONS', `The task labels at ${set.threshold}, and a shift moves a cut to 0.5.`, {
      fix: 'Leave out the shift, or `threshold` of the task.',
    });
  }
  const chosen = stepsWanted(set, options.step);
  const share = terms.chosenBy === 'budget' ? shareWithin(set, chosen, terms) : (terms.targetExitShare ?? undefined);
  const { steps, alive } = walk(set, chosen, terms, share);
  const out = Object.values(steps).flatMap(({ thresholds: { low, high } }) => [low, high]);
  if (out.every((threshold) => threshold === null)) throw nothing(steps, terms, all, set);
  const kept = keepsTarget(steps, terms);
  if (kept) throw kept;
  const ms = meanMs(set, alive);
  if (terms.budgetMs !== undefined && ms > terms.budgetMs) throw tooSlow(ms, terms.budgetMs, steps);
  return {
    n: set.groups.length,
    steps,
    promise: makePromise(
      terms,
      all,
      set,
      steps,
      exitSteps(set, chosen).map(({ name }) => name),
    ),
    ms,
    msWithout: meanMs(
      set,
      set.steps.map(() => set.groups.map((_, i) => i)),
    ),
  };
}

function oneOfEach(set: CalibrationSet, seed: number): CalibrationSet {
  if (new Set(set.groups).size === set.groups.length) return set;
  const order = createRandom(seed)
    .fork('groups')
    .shuffle(set.groups.map((_, i) => i));
  const chosen = new Map(order.map((i) => [set.groups[i] as string, i]));
  const rows = [...chosen.values()].sort((a, b) => a - b);
  return {
    ...set,
    truth: rows.map((i) => set.truth[i] as number),
    groups: rows.map((i) => set.groups[i] as string),
    steps: set.steps.map((step) => ({
      ...step,
      scores: rows.map((i) => step.scores[i] as number | null),
      ms: rows.map((i) => step.ms[i] as number),
    })),
  };
}

function stepsWanted(set: CalibrationSet, name: string | undefined): readonly StepAnswers[] {
  if (name === undefined) return set.steps;
  const found = set.steps.find((step) => step.name === name);
  if (found) return [found];
  const names = set.steps.map((step) => step.name);
  throw new SvError('SV_TRAIN_OPTIONS', `The cascade has no step \`${name}\`.${didYouMean(name, names)}`, {
    fix: `Its steps are ${names.join(', ')}.`,
  });
}

/** Steps that frames may leave after: not the last, unless it is the only one. */
const exitSteps = (set: CalibrationSet, chosen: readonly StepAnswers[]) =>
  chosen.filter((step) => step !== set.steps.at(-1) || set.steps.length === 1 || chosen.length === 1);

/** Through the cascade: who reaches a step depends on the thresholds before it. */
function walk(
  set: CalibrationSet,
  chosen: readonly StepAnswers[],
  terms: Terms,
  share: number | undefined,
  blind = false,
) {
  const leaving = exitSteps(set, chosen);
  const parts = Math.max(1, leaving.length) * terms.sides.length;
  const whole = terms.targetError ?? 1;
  const side = {
    delta: (1 - terms.confidence) / parts,
    // Wrong exits of all sides and steps add up among all frames; among the exits of a side they do not.
    targetError: terms.risk === 'marginal' && terms.targetError !== null ? whole / parts : whole,
  };
  const steps: Record<string, StepCalibration> = {};
  const alive: number[][] = [];
  let left = set.groups.map((_, i) => i);
  for (const step of set.steps) {
    alive.push(left);
    if (!chosen.includes(step)) continue;
    const reached = left.filter((i) => step.scores[i] !== null);
    const exits = leaving.includes(step);
    const calibration = calibrateStep({ set, step, reached, terms, side, exits, share, blind });
    steps[step.name] = calibration;
    const { low, high } = calibration.thresholds;
    left = left.filter((i) => {
      const score = step.scores[i] as number | null;
      return score === null || !((low !== null && score <= low) || (high !== null && score >= high));
    });
  }
  return { steps, alive };
}

/** The smallest exit share, in steps of 1 %, that keeps the mean time within the budget. */
function shareWithin(set: CalibrationSet, chosen: readonly StepAnswers[], terms: Terms): number {
  const budget = terms.budgetMs as number;
  // Times and scores choose, labels do not: no map is fitted along the way.
  const blind = { ...terms, shift: undefined, targetError: null };
  const cost = (share: number) => meanMs(set, walk(set, chosen, blind, share, true).alive);
  let [low, high] = [0, 100];
  const cheapest = cost(1);
  if (cheapest > budget) {
    throw new SvError(
      'SV_CALIBRATION_DATA',
      `Even with everybody out at once${terms.sides.length > 1 ? '' : ` who can leave on the ${terms.sides[0]} side`} a frame takes ${cheapest.toFixed(1)} ms.`,
      {
        fix: `Give a budget above that, or put a cheaper stage first; ${budget} ms were asked for.`,
      },
    );
  }
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (cost(middle / 100) <= budget) high = middle;
    else low = middle;
  }
  return high / 100;
}

function meanMs(set: CalibrationSet, alive: readonly (readonly number[])[]): number {
  let sum = 0;
  for (const [at, frames] of alive.entries()) {
    const { ms } = set.steps[at] as StepAnswers;
    for (const i of frames) sum += ms[i] as number;
  }
  return sum / set.groups.length;
}

/** Why nobody leaves on a side that was asked for, a line for each. */
const refusalsOf = (steps: Readonly<Record<string, StepCalibration>>): string[] =>
  Object.entries(steps).flatMap(([name, { low, high }]) =>
    Object.entries({ low, high }).flatMap(([side, found]) =>
      'refused' in found && !['last step', 'not asked for'].includes(found.refused)
        ? [`  ${name}, ${side} side: ${found.refused}`]
        : [],
    ),
  );

function nothing(
  steps: Readonly<Record<string, StepCalibration>>,
  { targetError }: Terms,
  all: CalibrationSet,
  set: CalibrationSet,
): SvError {
  const frames = all.groups.length;
  const drawn = set === all ? '' : `One of each group counts: ${set.groups.length} of ${frames} frames.\n`;
  const asked = targetError === null ? 'No side of any step can leave' : 'Not enough to promise anything';
  return new SvError('SV_CALIBRATION_DATA', `${asked}:\n${refusalsOf(steps).join('\n')}\n${drawn}`, {
    fix: `Label more ${set === all ? 'frames' : 'groups'}, ask for a larger --target-error or a lower --confidence, or for one side with --side.${set === all ? '' : ' Where frames of a group are not alike, --frames-independent counts each.'}`,
  });
}

function tooSlow(ms: number, budgetMs: number, steps: Readonly<Record<string, StepCalibration>>): SvError {
  return new SvError(
    'SV_CALIBRATION_DATA',
    `A frame takes ${ms.toFixed(1)} ms instead of ${budgetMs}, since not all can leave who would have to:\n${refusalsOf(steps).join('\n')}\n`,
    { fix: 'Give a larger budget, or put a cheaper or better stage first.' },
  );
}

/** Where the thresholds were chosen by something else and an error was asked for as well. */
function keepsTarget(steps: Readonly<Record<string, StepCalibration>>, terms: Terms): SvError | undefined {
  const { chosenBy, targetError, risk, sides } = terms;
  if (chosenBy === 'error' || targetError === null) return undefined;
  const evidence = Object.entries(steps).flatMap(([name, { low, high }]) =>
    [low, high].flatMap((found) => ('upper' in found ? [{ name, ...found }] : [])),
  );
  const total = risk === 'marginal' ? targetError / (evidence.length || sides.length) : targetError;
  const broken = evidence.find(({ upper }) => upper > total);
  if (!broken) return undefined;
  return new SvError(
    'SV_CALIBRATION_DATA',
    `With these thresholds step \`${broken.name}\` has ${broken.errors} errors among ${broken.exits} exits: at most ${(broken.upper * 100).toFixed(2)} % can be shown, ${(targetError * 100).toFixed(2)} % was asked.`,
    { fix: 'Ask for fewer exits, a larger budget or a larger --target-error.' },
  );
}
