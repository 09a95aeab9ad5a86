import { resolve } from 'node:path';
import { type Command, type CommandCall, type Project, SvError } from '@streetvision/core';
import {
  type CalibrateOptions,
  calibrate,
  configSnippet,
  keepEarlier,
  summariseCalibration,
  writeCalibration,
} from '../calibration/index.js';
import { choosePart } from '../parts/index.js';
import { type Recording, readRecording, recordDataset } from '../recording/index.js';
import { jsonOutput } from './json-output.js';

/** `sv calibrate`. */
export const calibrateCommand: Command = {
  name: 'calibrate',
  description: 'make probabilities of scores, and find exit thresholds that carry a guarantee',
  options: [
    { flags: '--data <ref>', description: 'a folder of class folders, labels.csv, or any other dataset' },
    { flags: '--group <column>', description: 'what near-duplicates share: the column or key that says it' },
    { flags: '--split <name>', description: 'the part to use (default: calibration, where the data has splits)' },
    { flags: '--out <file>', description: 'where to write it', default: 'calibration.json' },
    { flags: '--recording <file>', description: 'keep answers here, or take them from here without --data' },
    { flags: '--target-error <share>', description: 'error that is promised not to be exceeded (default: 0.05)' },
    { flags: '--confidence <share>', description: 'how sure the promise is (default: 0.95)' },
    {
      flags: '--risk <kind>',
      description: 'conditional: among those that leave; marginal: among all (default: conditional)',
    },
    { flags: '--method <name>', description: 'fixed-sequence or clopper-pearson (default: fixed-sequence)' },
    { flags: '--side <name>', description: 'both, low or high (default: both)' },
    {
      flags: '--frames-independent',
      description: 'count every frame of a group, not one drawn of each: near-duplicates then break the promise',
    },
    { flags: '--target-exit-share <share>', description: 'choose thresholds so that this share of a step leaves' },
    { flags: '--budget-ms <ms>', description: 'choose thresholds so that a frame takes no more on average' },
    { flags: '--fit <method>', description: 'auto, temperature, platt, isotonic or none (default: auto)' },
    { flags: '--shift <cut>', description: 'calibrated probability to move to 0.5, or mcc for the best one' },
    { flags: '--step <name>', description: 'only this step: its stages, joined with +' },
    { flags: '--json <file>', description: 'write the calibration there as well' },
  ],
  async run(call) {
    const { out } = call.options;
    const json = await jsonOutput(call);
    const options = calibrateOptions(call.options);
    const project = await call.project();
    const recording = await recordingFor(call, project);
    const file = resolve(call.cwd, String(out));
    const found = await calibrate(recording, project, options);
    const calibration = options.step === undefined ? found : await keepEarlier(found, options.step, file, project);
    await writeCalibration(file, calibration);
    await json.write(calibration);
    if (json.alone) return;
    call.print(
      `${summariseCalibration(calibration)}\n\nWrote ${file}.\n${configSnippet(calibration, file, project.dir)}`,
    );
  },
};

async function recordingFor(call: CommandCall, project: Project): Promise<Recording> {
  const { data, group, split, recording } = call.options;
  const file = recording === undefined ? undefined : resolve(call.cwd, String(recording));
  const part = split === undefined ? undefined : String(split);
  if (data === undefined && file !== undefined) return partOf(await readRecording(file), part);
  if (typeof data !== 'string') {
    throw new SvError('SV_CLI_USAGE', 'sv calibrate needs --data <ref>, or --recording <file> of an earlier run.', {
      fix: 'For example: sv calibrate --data labels.csv --out calibration.json',
    });
  }
  const dataset = await project.dataset(data, { group: group as string | undefined, cwd: call.cwd });
  return recordDataset(project, dataset, {
    usualSplit: 'calibration',
    signal: call.signal,
    progress: call.progress('answers'),
    ...(file === undefined ? {} : { out: file }),
    ...(part === undefined ? {} : { split: part }),
  });
}

function partOf(recording: Recording, split: string | undefined): Recording {
  const { name } = recording.header.data;
  const { samples } = choosePart(recording.frames, { asked: split, usual: 'calibration', name });
  return { ...recording, frames: samples };
}

const NUMBERS = ['targetError', 'confidence', 'targetExitShare', 'budgetMs'] as const;
const CHOICES = {
  risk: ['conditional', 'marginal'],
  method: ['fixed-sequence', 'clopper-pearson'],
  side: ['both', 'low', 'high'],
  fit: ['auto', 'temperature', 'platt', 'isotonic', 'none'],
} as const;

function calibrateOptions(typed: Readonly<Record<string, unknown>>): CalibrateOptions {
  const options: Record<string, unknown> = {};
  for (const name of NUMBERS) if (typed[name] !== undefined) options[name] = numberOf(typed[name], name);
  for (const [name, known] of Object.entries(CHOICES)) {
    const value = typed[name];
    if (value === undefined) continue;
    if (!(known as readonly unknown[]).includes(value)) {
      throw new SvError('SV_CLI_USAGE', `--${name} received \`${value}\` and expects ${known.join(', ')}.`);
    }
    options[name === 'side' ? 'sides' : name] = value;
  }
  const { shift, step } = typed;
  if (shift !== undefined) options.shift = shift === 'mcc' ? shift : numberOf(shift, 'shift');
  if (typed.framesIndependent === true) options.framesIndependent = true;
  if (step !== undefined) options.step = String(step);
  return options;
}

function numberOf(value: unknown, name: string): number {
  const number = Number(value);
  if (Number.isFinite(number) && String(value).trim() !== '') return number;
  const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new SvError('SV_CLI_USAGE', `--${flag} received \`${value}\` and expects a number.`);
}
