import { attributeRule } from './cascade/attribute-rule.js';
import { decide } from './cascade/decide.js';
import { fuse } from './cascade/fuse.js';
import type { CascadePlan, PlannedStep } from './cascade/plan.js';
import { conclude, type Ending, outOfTime } from './cascade/result.js';
import type { Run } from './cascade/run.js';
import { runStep, skipStep } from './cascade/step.js';
import type { Result, Verdict } from './types/index.js';

/** Before anyone has spoken. */
const NEUTRAL: Verdict = { score: 0.5, boxes: [] };

/**
 * Runs the steps in order until a rule says stop.
 *
 * Plugins prepare the frame. The stages of a step answer side by side; their answers are fused into a verdict; the exit
 * rules look at it. The first step after which a rule says stop gives its name to the result, else the last that answered.
 */
export async function runCascade(plan: CascadePlan, run: Run): Promise<Result> {
  const { hooks } = plan;
  if (hooks.preprocess.isUsed()) run.frame = await hooks.preprocess.promise(run.frame, run);

  let verdict = NEUTRAL;
  let ending: Ending | undefined;

  for (const step of plan.steps) {
    if (run.stop.aborted) break;
    if (!wanted(step, verdict, run)) {
      skipStep(step, run);
      continue;
    }

    const answered = await runStep(step, plan, run);
    if (!answered) continue;

    verdict = await fuse(verdict, step, plan, run);
    const exit = await decide(verdict, step, plan, run);
    ending = { step, exit: exit ?? { reason: 'end of cascade' }, decided: exit !== undefined };
    if (exit) break;
  }

  if (run.stop.aborted && !ending?.decided) ending = outOfTime(ending, plan, run);
  const result = conclude(verdict, ending, plan, run);
  return hooks.postprocess.isUsed() ? hooks.postprocess.promise(result, run) : result;
}

function wanted(step: PlannedStep, verdict: Verdict, run: Run): boolean {
  try {
    return step.when === undefined || step.when(verdict, run.evidence, run);
  } catch (cause) {
    throw attributeRule(cause, `cascade[${step.index}]`, 'when');
  }
}
