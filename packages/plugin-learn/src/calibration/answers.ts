import { createHash } from 'node:crypto';
import {
  type Calibration,
  createReplay,
  isSvError,
  type Project,
  type ReachedStep,
  type Replay,
  type StageIdentity,
  type Step,
  SvError,
  type Task,
} from '@streetvision/core';
import type { RecordedFrame, Recording } from '../recording/types.js';
import { groupHash, shortHashes } from './short-hashes.js';
import type { CalibrationSet } from './types.js';

/** What a recording says of the steps of a project, with what was left out. */
export interface RecordedSet extends CalibrationSet {
  readonly task: Task;
  /** Over pictures, labels and groups of the frames that are used; their order does not matter. */
  readonly sha256: string;
  /** Of the pictures and of the names of their groups: see `Calibration.data`. */
  readonly pictures: readonly string[];
  readonly usedGroups: readonly string[];
  readonly leftOut: Calibration['data']['leftOut'];
}

/**
 * What every step makes of every recorded frame when nothing stops it; or, of the frames that the steps before `from`
 * let through under the exits that they have.
 *
 * Throws `SV_CALIBRATION_DATA` where no frame can be used, `SV_CONFIG_INVALID` for a task that has not two classes and
 * for two steps of one name, `SV_RUN_INVALID` where the recording lacks a stage; `SV_CALIBRATION_INVALID` and
 * `SV_CALIBRATION_MISMATCH` where the exits of a step before `from` are not calibrated, or for other models.
 */
export async function answersOfSteps(
  { header, frames, failed }: Recording,
  project: Project,
  from?: string,
): Promise<RecordedSet> {
  const task = requireTask(project.task);
  // A name that no step has is refused later, with the names that there are.
  const first = Math.max(0, from === undefined ? 0 : project.cascade.findIndex((step) => nameOf(step) === from));
  const cascade = project.cascade.map((step, i) => (i < first ? patient(step) : withoutExit(step)));
  const replay = await replayOf(project, header.stages, cascade, from);
  try {
    const names = replay.steps.map(({ name }) => name);
    refuseTwins(names);
    const labelled = frames.filter(({ label }) => label !== null);
    // What a head has learned by heart says nothing of what it will meet.
    const used = labelled.filter(({ trainedOn }) => trainedOn === undefined);
    const leftOut = {
      trainedOn: labelled.length - used.length,
      unlabelled: frames.length - labelled.length,
      ...(failed.length > 0 ? { failed: failed.length } : {}),
    };
    if (used.length === 0) throw nothingLeft(frames.length, leftOut);
    const scores = names.map(() => new Array<number | null>(used.length).fill(null));
    const ms = names.map(() => new Array<number>(used.length).fill(0));
    for (const [i, frame] of used.entries()) {
      for (const one of await reachedBy(replay, frame)) {
        (scores[one.step] as (number | null)[])[i] = one.score;
        (ms[one.step] as number[])[i] = one.ms;
      }
    }
    return {
      task,
      threshold: task.threshold ?? 0.5,
      truth: Uint8Array.from(used, ({ label }) => Number(label === task.positive)),
      groups: used.map(({ group }) => group),
      steps: names.map((name, i) => ({
        name,
        stages: stagesUpTo(project.cascade, i, header.stages),
        scores: scores[i] as (number | null)[],
        ms: ms[i] as number[],
      })),
      sha256: hashOf(used),
      pictures: shortHashes(used.map(({ sha256 }) => sha256)),
      usedGroups: shortHashes(used.map(({ group }) => groupHash(group))),
      leftOut,
    };
  } finally {
    await replay.close();
  }
}

/** What each step made of a frame; a frame that nobody decides on reaches no step, and leaves nowhere. */
async function reachedBy(replay: Replay, frame: RecordedFrame): Promise<readonly ReachedStep[]> {
  try {
    return (await replay.answer(frame)).reached;
  } catch (error) {
    if (isSvError(error) && error.code === 'SV_NO_ANSWER') return [];
    throw error;
  }
}

/** The name of a step: its stages, joined with `+`. */
export const nameOf = ({ run }: Step): string => [run].flat().join('+');

/** Names the steps that let frames through, where the file of their thresholds cannot be used. */
async function replayOf(
  project: Project,
  stages: readonly StageIdentity[],
  cascade: readonly Step[],
  from: string | undefined,
): Promise<Replay> {
  try {
    return await createReplay(project, stages, { cascade, budgetMs: Number.POSITIVE_INFINITY });
  } catch (error) {
    const lacks = isSvError(error) && ['SV_CALIBRATION_INVALID', 'SV_CALIBRATION_MISMATCH'].includes(error.code);
    if (!lacks || from === undefined) throw error;
    const before = cascade.filter(({ exit }) => exit !== undefined).map((step) => `\`${nameOf(step)}\``);
    const message = `Which frames come to \`${from}\` is not known, since ${before.join(', ')} cannot let them through: ${error.message}`;
    throw new SvError(error.code, message, {
      fix: 'Calibrate all steps at once, without --step; or the earlier ones first.',
      cause: error,
    });
  }
}

/** The step without what stops it. */
function withoutExit({ exit: _, ...step }: Step): Step {
  return patient(step);
}

/** A stage that failed is passed over: what others said of the frame still counts. */
function patient(step: Step): Step {
  return { ...step, onError: typeof step.onError === 'object' ? step.onError : 'skip' };
}

/** Every stage that has a say in the verdict of a step, stand-ins included. */
function stagesUpTo(
  cascade: readonly Step[],
  last: number,
  identities: readonly StageIdentity[],
): readonly StageIdentity[] {
  const names = new Set(
    cascade
      .slice(0, last + 1)
      .flatMap(({ run, onError }) => [...[run].flat(), ...(typeof onError === 'object' ? [onError.use] : [])]),
  );
  return identities.filter(({ stage }) => names.has(stage));
}

function requireTask(task: Task | undefined): Task {
  if (task?.classes.length === 2) return task;
  const received = task ? `task ${task.name} has ${task.classes.length}` : 'the config has no task';
  throw new SvError('SV_CONFIG_INVALID', `Calibration knows two classes, ${received}.`, {
    fix: task ? 'Calibrate one class against the rest, as a task of its own.' : 'Give the config a `task`.',
  });
}

function refuseTwins(names: readonly string[]): void {
  const twin = names.find((name, i) => names.indexOf(name) !== i);
  if (twin === undefined) return;
  throw new SvError(
    'SV_CONFIG_INVALID',
    `Two steps are named \`${twin}\`, so that a calibration cannot tell them apart.`,
    {
      fix: 'Let one of the steps run another stage, or make one step of both.',
    },
  );
}

function nothingLeft(count: number, leftOut: RecordedSet['leftOut']): SvError {
  const why = `${leftOut.trainedOn} were trained on, or share a group with such a frame; ${leftOut.unlabelled} have no label`;
  return new SvError('SV_CALIBRATION_DATA', `Of ${count} frames none can be used: ${why}.`, {
    fix: 'Calibrate on labelled frames that no head was trained on: split the data first, by group.',
  });
}

function hashOf(frames: readonly RecordedFrame[]): string {
  const hash = createHash('sha256');
  const lines = frames.map(({ sha256, label, group }) => JSON.stringify([sha256, label, group]));
  for (const line of lines.sort()) hash.update(`${line}\n`);
  return hash.digest('hex');
}
