import type { Calibration, Project } from '@streetvision/core';
import { writeJson } from '../files/write-file.js';
import type { Recording } from '../recording/types.js';
import { answersOfSteps } from './answers.js';
import { calibrateSet } from './calibrate-set.js';
import type { CalibrateOptions } from './promise/terms.js';

/**
 * Finds, for each step of a cascade, how its scores become probabilities and where frames may leave, with a promise on
 * the errors of those that do. Works on recorded answers: no model runs. The frames must not have been used for anything
 * before; those that a head was trained on are left out.
 *
 * Throws `SV_CALIBRATION_DATA` where the data is too small for what is asked, saying how much is needed;
 * `SV_TRAIN_OPTIONS`, `SV_CONFIG_INVALID`, `SV_RUN_INVALID`; with `step`, `SV_CALIBRATION_INVALID` and
 * `SV_CALIBRATION_MISMATCH` where the exits of a step before it are `calibrated` and their file cannot be used.
 *
 * @example
 * const recording = await recordDataset(project, await project.dataset('labels.csv'));
 * await writeCalibration('calibration.json', await calibrate(recording, project, { targetError: 0.02 }));
 */
export async function calibrate(
  recording: Recording,
  project: Project,
  options: CalibrateOptions = {},
): Promise<Calibration> {
  const set = await answersOfSteps(recording, project, options.step);
  const { n, steps, promise, ms, msWithout } = calibrateSet(set, options);
  const { name, classes, positive } = set.task;
  return {
    version: 1,
    kind: 'calibration',
    task: { name, classes, positive, threshold: set.threshold },
    data: {
      name: recording.header.data.name,
      sha256: set.sha256,
      n,
      leftOut: set.leftOut,
      pictures: set.pictures,
      groups: set.usedGroups,
    },
    cost: { ms, msWithout },
    promise,
    steps,
  };
}

/** Writes a `calibration.json`, whole or not at all. Throws `SV_OUTPUT_WRITE`. */
export async function writeCalibration(file: string, calibration: Calibration): Promise<void> {
  await writeJson(file, calibration);
}
