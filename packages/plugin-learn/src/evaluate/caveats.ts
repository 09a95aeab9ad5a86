import type { RecordedFrame, RecordingConditions } from '../recording/types.js';
import { type Answered, isGrouped } from './answer.js';
import type { CalibratedOn } from './calibrated-on.js';
import { usualResamples } from './intervals.js';
import type { Caveat, Variant } from './types.js';

/** What a reader must know to read the figures rightly. */
export function caveatsOf(facts: {
  readonly answered: readonly Answered[];
  readonly unanswered: number;
  readonly frames: readonly RecordedFrame[];
  readonly made: RecordingConditions | undefined;
  readonly positive: string;
  readonly calibratedOn: CalibratedOn;
  readonly configured: Pick<Variant, 'balancedAccuracy' | 'ms'>;
  readonly ablation: readonly Variant[];
  readonly resamples: number;
  readonly threshold: { readonly used: number; readonly task: number };
}): Caveat[] {
  const { answered, unanswered, frames, made, positive, calibratedOn, resamples, threshold } = facts;
  const caveats: Caveat[] = [];
  const say = (code: Caveat['code'], message: string) => caveats.push({ code, message });
  const n = answered.length;
  const positives = answered.filter(({ truth }) => truth === 1).length;
  const groups = answered.map(({ frame }) => frame.group);
  const distinct = new Set(groups).size;
  if (positives === 0 || positives === n) {
    const which = positives === 0 ? `no \`${positive}\`` : `nothing but \`${positive}\``;
    say(
      'one-class',
      `There is ${which} among the pictures: AUROC is not defined, and accuracy says nothing of the other class.`,
    );
  } else if (Math.min(positives, n - positives) < 30) {
    say(
      'few',
      `There are only ${Math.min(positives, n - positives)} pictures of one class: the figures are rough, see the intervals.`,
    );
  }
  if (!isGrouped(groups) && n > 1) {
    say(
      'ungrouped',
      'No picture shares a group with another. Where near-duplicates are among them, the intervals are too narrow: name a group with --group.',
    );
  } else if (n > 1 && distinct < 20) {
    say(
      'few-groups',
      `The pictures come from ${distinct} groups: intervals drawn from so few are too narrow rather than too wide.`,
    );
  }
  const seen = frames.filter(({ trainedOn }) => trainedOn === 'picture').length;
  const near = frames.filter(({ trainedOn }) => trainedOn === 'group').length;
  if (seen > 0) {
    say(
      'trained-on',
      `A head that answers was trained on ${seen} of these ${frames.length} pictures: the figures are better than they will be on new ones. Evaluate on other data.`,
    );
  }
  if (near > 0) {
    say(
      'trained-groups',
      `${near} pictures share the name of a group with pictures that a head was trained on: near-duplicates flatter.`,
    );
  }
  if (calibratedOn.pictures > 0 || calibratedOn.near > 0) {
    const near =
      calibratedOn.near > 0 ? ` ${calibratedOn.near} more share the name of a group with such a picture.` : '';
    say(
      'calibrated-on',
      `The exits of this cascade were calibrated on ${calibratedOn.pictures} of these ${frames.length} pictures.${near} The figures are better than they will be on new ones, and no test of what the calibration promises. Evaluate on other data.`,
    );
  }
  const better = needless(facts.configured, facts.ablation);
  if (better) {
    say(
      'needless-stage',
      `On these pictures the cascade is no worse ${better.name}, and faster: see whether that stage earns its place.`,
    );
  }
  if (unanswered > 0) say('unanswered', `${unanswered} pictures got no answer and are in no figure.`);
  if (made && made.concurrency > 1) {
    say(
      'concurrency',
      `Answers were recorded ${made.concurrency} at a time: a stage that batches charges each frame what the batch took.`,
    );
  }
  if (resamples > 0 && resamples < 1_000 && resamples === usualResamples(n)) {
    say(
      'resamples',
      `Intervals come from ${resamples} resamples, since there are ${n} answers: --resamples takes more.`,
    );
  }
  if (threshold.used !== threshold.task) {
    say(
      'threshold',
      `Figures are at a threshold of ${threshold.used}; the task has ${threshold.task}, and the cascade labels by that.`,
    );
  }
  return caveats;
}

/** The variant without a stage that is at least as good and takes less time; the best of them. */
function needless(
  { balancedAccuracy: now, ms }: Pick<Variant, 'balancedAccuracy' | 'ms'>,
  ablation: readonly Variant[],
): Variant | undefined {
  if (now === null || ms === null) return undefined;
  return ablation
    .filter((one) => one.unanswered === 0 && (one.balancedAccuracy ?? -1) >= now && (one.ms ?? ms) < ms)
    .sort((a, b) => (b.balancedAccuracy ?? 0) - (a.balancedAccuracy ?? 0))[0];
}
