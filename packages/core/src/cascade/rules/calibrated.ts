import { isAbsolute, join } from 'node:path';
import {
  applyMap,
  type Calibration,
  readCalibration,
  type StepCalibration,
  shiftToHalf,
} from '../../calibration/index.js';
import { didYouMean } from '../../errors/suggest.js';
import { SvError } from '../../errors/sv-error.js';
import type { Calibrates, ExitRule, RuleContext, Task } from '../../types/index.js';

/**
 * Stops outside the thresholds of a `calibration.json`, which `sv calibrate` finds and gives a guarantee, and answers
 * with the calibrated score. On the last step it also answers in between, without a promise. A calibration of another
 * model, task or threshold is refused at the start with `SV_CALIBRATION_MISMATCH`, one that lacks the step with
 * `SV_CALIBRATION_INVALID`. Tasks of two classes only.
 *
 * @param path relative to the folder of the config
 * @example `{ run: 'dinov3', exit: calibrated('./calibration.json') }`
 */
export function calibrated(path: string): ExitRule {
  if (typeof path !== 'string' || path === '') {
    throw new SvError('SV_CONFIG_INVALID', `calibrated(${JSON.stringify(path)}): expected the path of a file.`, {
      fix: "For instance calibrated('./calibration.json').",
    });
  }
  const unprepared: ExitRule = () => {
    throw new SvError('SV_CONFIG_INVALID', `calibrated('${path}') was used before its file was read.`, {
      fix: 'Let a runtime prepare it, or call `prepare` of the rule first.',
    });
  };
  return Object.assign(unprepared, { reads: path, prepare: (ctx: RuleContext) => prepare(path, ctx) });
}

async function prepare(path: string, ctx: RuleContext): Promise<ExitRule & Calibrates> {
  requireTwoClasses(path, ctx.task);
  const calibration = await readCalibration(isAbsolute(path) ? path : join(ctx.dir, path));
  checkTask(path, calibration, ctx.task);
  const step = calibration.steps[ctx.step.name];
  if (!step) throw noStep(path, calibration, ctx.step.name);
  checkModels(path, step, ctx);
  return ruleOf(step, ctx.step.last);
}

function ruleOf({ map, shift, thresholds: { low, high } }: StepCalibration, last: boolean): ExitRule & Calibrates {
  const calibrate = (score: number) => applyMap(map, score);
  const rule: ExitRule = ({ score }) => {
    const why =
      low !== null && score <= low
        ? `score ${digits(score)} ≤ ${digits(low)}`
        : high !== null && score >= high
          ? `score ${digits(score)} ≥ ${digits(high)}`
          : last && `score ${digits(score)}, last step: no promise`;
    if (!why) return undefined;
    const p = calibrate(score);
    const answer = shift === null ? p : shiftToHalf(p, shift);
    const shifted = shift === null ? '' : `, shifted to ${digits(answer)}`;
    return { reason: `calibrated ${digits(p)}${shifted} (${why})`, score: answer };
  };
  return Object.assign(rule, { calibrate });
}

const digits = (value: number) => value.toFixed(3);

function requireTwoClasses(path: string, task: Task | undefined): asserts task is Task {
  if (task?.classes.length === 2) return;
  const received = task ? `task ${task.name} has ${task.classes.length}` : 'the config has no task';
  throw new SvError('SV_CONFIG_INVALID', `calibrated('${path}') knows two classes, ${received}.`, {
    fix: task ? 'Use window(low, high) on a score of one class against the rest.' : 'Give the config a `task`.',
  });
}

function checkTask(path: string, { task: made }: Calibration, task: Task): void {
  const threshold = task.threshold ?? 0.5;
  const differs =
    made.name !== task.name
      ? ['task', made.name, task.name]
      : made.positive !== task.positive
        ? ['positive class', made.positive, task.positive]
        : made.threshold !== threshold
          ? ['task.threshold', made.threshold, threshold]
          : undefined;
  if (!differs) return;
  const [what, was, is] = differs;
  throw new SvError('SV_CALIBRATION_MISMATCH', `${path} was made for another ${what}: ${was}, now ${is}.`, {
    fix: again(path),
  });
}

function noStep(path: string, { steps }: Calibration, name: string): SvError {
  const known = Object.keys(steps);
  return new SvError('SV_CALIBRATION_INVALID', `${path} has no step \`${name}\`.${didYouMean(name, known)}`, {
    fix: `It has ${known.join(', ') || 'none'}. ${again(path)}`,
  });
}

function checkModels(path: string, { stages }: StepCalibration, ctx: RuleContext): void {
  for (const { stage, sha256 } of stages) {
    const now = ctx.stages.get(stage);
    if (now?.sha256 === sha256) continue;
    const is = now ? `now ${now.sha256}` : 'which is not in the cascade';
    throw new SvError(
      'SV_CALIBRATION_MISMATCH',
      `${path} was made with another model in stage \`${stage}\`: sha256 ${sha256}, ${is}.`,
      { where: { stage, ...(now && { plugin: now.plugin }) }, fix: again(path) },
    );
  }
}

const again = (path: string) => `Run \`sv calibrate --data <labelled pictures> --out ${path}\` again.`;
