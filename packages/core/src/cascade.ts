import { attributeRule } from './cascade/attribute-rule.js';
import { decide } from './cascade/decide.js';
import { fuse } from './cascade/fuse.js';
import type { CascadePlan, PlannedStep } from './cascade/plan.js';
import { conclude } from './cascade/result.js';
import type { Run } from './cascade/run.js';
import { runStep, skipStep } from './cascade/step.js';
import { SvError } from './errors/sv-error.js';
import { isTapped } from './hooks/create.js';
import type { MaybePromise, Result } from './types/index.js';

/**
 * Runs the steps in order until a rule says stop.
 *
 * Plugins prepare the frame. The stages of a step answer side by side; their answers are fused into a verdict; the exit
 * rules look at it. The first step after which a rule says stop gives its name to the result, else the last that answered.
 */
export async function runCascade(plan: CascadePlan, run: Run): Promise<Result> {
  try {
    await runSteps(plan, run);
  } catch (error) {
    // A hook that obeys the signal of a run that was given up fails; what was known before may still answer.
    if (!run.stop.aborted) throw error;
  }
  return finish(plan, run);
}

/** The answer as it stands, rewritten by the plugins. */
export function finish(plan: CascadePlan, run: Run): MaybePromise<Result> {
  const result = conclude(plan, run);
  return isTapped(plan.hooks.postprocess) ? plan.hooks.postprocess.promise(result, run) : result;
}

async function runSteps(plan: CascadePlan, run: Run): Promise<void> {
  if (isTapped(plan.hooks.preprocess)) run.frame = await plan.hooks.preprocess.promise(run.frame, run);

  for (const step of plan.steps) {
    if (run.stop.aborted) return;
    if (!wanted(step, run)) {
      skipStep(step, run);
      continue;
    }

    const spoken = await runStep(step, plan, run);
    if (!spoken) continue;

    run.verdict = await fuse(run.verdict, step, plan, run);
    run.ending = { step, exit: { reason: 'end of cascade' }, decided: false };
    const exit = await decide(run.verdict, step, plan, run);
    if (!exit) continue;
    run.ending = { step, exit, decided: true };
    return;
  }
}

/** Whether its condition lets the step run. */
export function wanted(step: PlannedStep, run: Run): boolean {
  if (!step.when) return true;
  const where = `cascade[${step.index}]`;
  try {
    const yes: unknown = step.when(run.verdict, run.evidence, run);
    if (typeof yes === 'boolean') return yes;
    throw new SvError('SV_HOOK_RESULT', `[${where}.when] expected true or false, got ${typeof yes}.`, {
      fix: 'A `when` answers at once: it is not asynchronous.',
    });
  } catch (cause) {
    throw attributeRule(cause, where, 'when');
  }
}
