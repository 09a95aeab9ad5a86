import { checkAnswer } from '../hooks/answers.js';
import { isTapped } from '../hooks/create.js';
import type { Exit, Verdict } from '../types/index.js';
import { attributeRule } from './attribute-rule.js';
import type { CascadePlan, PlannedStep } from './plan.js';
import type { Run } from './run.js';
import { isPromise, type Work } from './settle.js';

/** Plugins are asked first, then the step's rules in order; the first exit wins. */
export function* decide(verdict: Verdict, step: PlannedStep, plan: CascadePlan, run: Run): Work<Exit | undefined> {
  if (isTapped(plan.hooks.exit)) {
    const exit = (yield plan.hooks.exit.promise(verdict, run.evidence, run)) as Exit | undefined;
    if (exit) return exit;
  }
  noteCalibrated(step, run);
  const where = `cascade[${step.index}]`;
  for (const rule of step.exits) {
    try {
      const said = rule(verdict, run.evidence, run);
      const exit = (isPromise(said) ? yield said : said) as Exit | undefined;
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
function noteCalibrated(step: PlannedStep, run: Run): void {
  const calibrate = step.calibrate;
  const last = run.trace.length - 1;
  const entry = run.trace[last];
  if (!calibrate || !entry || entry.step !== step.index || entry.score === null) return;
  run.trace[last] = { ...entry, calibrated: calibrate(entry.score) };
}
