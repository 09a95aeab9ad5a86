import { checkAnswer } from '../hooks/answers.js';
import { isTapped } from '../hooks/create.js';
import type { Exit, Verdict } from '../types/index.js';
import { attributeRule } from './attribute-rule.js';
import type { CascadePlan, PlannedStep } from './plan.js';
import type { Run } from './run.js';

/** Plugins are asked first, then the step's rules in order; the first exit wins. */
export async function decide(
  verdict: Verdict,
  step: PlannedStep,
  plan: CascadePlan,
  run: Run,
): Promise<Exit | undefined> {
  if (isTapped(plan.hooks.exit)) {
    const exit = await plan.hooks.exit.promise(verdict, run.evidence, run);
    if (exit) return exit;
  }
  noteCalibrated(step, run);
  const where = `cascade[${step.index}]`;
  for (const rule of step.exits) {
    try {
      const exit = await rule(verdict, run.evidence, run);
      if (exit === undefined) continue;
      checkAnswer('exit', exit, where);
      return exit;
    } catch (cause) {
      throw attributeRule(cause, where, 'exit');
    }
  }
  return undefined;
}

/** A step of one stage that is calibrated: the trace shows both scores, whoever ends the cascade. */
export function noteCalibrated(step: PlannedStep, run: Run): void {
  const calibrate = step.calibrate;
  const last = run.trace.length - 1;
  const entry = run.trace[last];
  if (!calibrate || !entry || entry.step !== step.index || entry.score === null) return;
  run.trace[last] = { ...entry, calibrated: calibrate(entry.score) };
}
