import type { CalibrationPromise, StepCalibration } from '@streetvision/core';
import type { CalibrationSet } from '../types.js';
import { percent } from './percent.js';
import { thresholdsTested } from './side.js';
import type { Terms } from './terms.js';

/** The promise in words, with what it rests on. */
export function makePromise(
  terms: Terms,
  all: CalibrationSet,
  /** The frames that count: one of each group, or all. */
  set: CalibrationSet,
  steps: Readonly<Record<string, StepCalibration>>,
  /** Steps that frames may leave after. */
  names: readonly string[],
): CalibrationPromise {
  const leaving = names.length;
  const drawn = set !== all;
  const { risk, method, confidence, targetError, chosenBy } = terms;
  return {
    kind: risk,
    chosenBy,
    targetError,
    confidence,
    method: chosenBy === 'error' ? method : 'clopper-pearson',
    correction: correction(terms, steps, leaving),
    statement: statement(terms, steps, drawn) + shareReached(terms, steps, names),
    caveats: caveats(terms, all, set, leaving),
  };
}

/** Where frames leave: `dinov3 (no and yes), glm (yes)`. */
function exitsOf(steps: Readonly<Record<string, StepCalibration>>): string {
  return Object.entries(steps)
    .flatMap(
      ([
        name,
        {
          thresholds: { low, high },
        },
      ]) => {
        const sides = [low !== null && 'no', high !== null && 'yes'].filter(Boolean);
        return sides.length > 0 ? [`${name} (${sides.join(' and ')})`] : [];
      },
    )
    .join(', ');
}

function statement(
  { risk, confidence, targetError }: Terms,
  steps: Readonly<Record<string, StepCalibration>>,
  drawn: boolean,
): string {
  const frames = drawn ? 'frames of new groups' : 'frames';
  const sure = `With ${percent(confidence)} confidence`;
  const where = exitsOf(steps);
  if (targetError === null) {
    const what = risk === 'conditional' ? `of the ${frames} that leave there` : `of all ${frames}, out there,`;
    return `${sure}, no more ${what} are answered wrongly than the bound \`upper\` of each side says: ${where}. No target was asked for.`;
  }
  return risk === 'conditional'
    ? `${sure}, of the ${frames} that leave on each of these sides at most ${percent(targetError)} are answered wrongly: ${where}.`
    : `${sure}, of all ${frames} at most ${percent(targetError)} leave with a wrong answer: ${where}.`;
}

/** Where fewer leave than were asked for, in words. */
function shareReached(
  { targetExitShare: asked }: Terms,
  steps: Readonly<Record<string, StepCalibration>>,
  names: readonly string[],
): string {
  if (asked === undefined) return '';
  const missed = names.flatMap((name) => {
    const { n, low, high } = steps[name] as StepCalibration;
    const exits = [low, high].reduce((sum, side) => sum + ('exits' in side ? side.exits : 0), 0);
    return exits < asked * n - 1e-9 ? [`after ${name} ${exits} of ${n} leave`] : [];
  });
  return missed.length === 0 ? '' : ` The share of ${percent(asked)} is not reached: ${missed.join(', ')}.`;
}

function correction(terms: Terms, steps: Readonly<Record<string, StepCalibration>>, leaving: number): string {
  const { confidence, sides, risk, method, targetError, chosenBy } = terms;
  const parts = Math.max(1, leaving) * sides.length;
  const delta = (1 - confidence) / parts;
  const shared = `δ = ${number(1 - confidence)} shared by ${sides.length} ${plural(sides.length, 'side')} × ${leaving} ${plural(leaving, 'step')}: ${number(delta)} each`;
  if (chosenBy !== 'error' || targetError === null) return `${shared}; one threshold on each, chosen without labels`;
  if (risk === 'marginal') {
    return `${shared}, and the error likewise: ${percent(targetError / parts)} each; nothing for choosing a threshold, since wrong exits only grow with it`;
  }
  if (method === 'fixed-sequence') {
    return `${shared}; nothing for choosing a threshold, since they are tested from strict to loose until the first failure`;
  }
  const tested = Object.values(steps)
    .slice(0, leaving)
    .map(({ n }) => thresholdsTested(n, targetError, delta));
  return `${shared}, and by the ${tested.join(', ')} thresholds looked at (Bonferroni): ${tested.map((count) => number(delta / count)).join(', ')}`;
}

function caveats(terms: Terms, all: CalibrationSet, set: CalibrationSet, leaving: number): string[] {
  const { chosenBy, risk, step } = terms;
  const groups = new Set(all.groups).size;
  const list = [
    'It holds for frames like those it was made on: another city or season, rendered frames or an adversary void it.',
    'It holds for these models, and for the `fuse`, `when` and earlier steps of this config: calibrate again when one changes.',
    ...(step === undefined || step === all.steps[0]?.name
      ? []
      : [
          `Frames came to \`${step}\` under the exits that the earlier steps have now: it is void once one of them changes.`,
        ]),
  ];
  if (risk === 'conditional' && chosenBy === 'error') {
    list.push(
      'It takes for granted that the error does not fall while a threshold loosens; equal scores leave together.',
    );
  }
  if (set !== all) {
    list.push(
      `One frame of each group was drawn, ${groups} of ${all.groups.length}: it holds for a frame of a new group, whatever the size of the group.`,
    );
  } else if (groups < all.groups.length) {
    list.push(
      `As asked, frames were taken as independent. These ${all.groups.length} come from ${groups} groups, and near-duplicates say less than their number: where \`upperByGroup\` is far above \`upper\`, the promise does not hold.`,
    );
  }
  if (leaving > 1) {
    list.push('Frames of a later step were let through by thresholds that were chosen on the same data.');
  }
  if (chosenBy === 'budget') list.push('The mean time is that of the recording, on its machine.');
  return list;
}

const number = (value: number) => String(Number(value.toPrecision(3)));
const plural = (count: number, word: string) => (count === 1 ? word : `${word}s`);
