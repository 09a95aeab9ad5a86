import { SvError } from '../errors/sv-error.js';
import { checkAnswer } from '../hooks/answers.js';
import type { Verdict } from '../types/index.js';
import { attributeRule } from './attribute-rule.js';
import type { CascadePlan, PlannedStep } from './plan.js';
import { NEUTRAL } from './result.js';
import type { Run } from './run.js';

/** The step's own rule makes one verdict of its answers; plugins refine it. */
export async function fuse(before: Verdict, step: PlannedStep, plan: CascadePlan, run: Run): Promise<Verdict> {
  const where = `cascade[${step.index}]`;
  let fused = before;
  try {
    fused = (await step.fuse(before, run.evidence, run)) ?? before;
    checkAnswer('fuse', fused, where);
    if (fused === NEUTRAL) {
      throw new SvError('SV_HOOK_RESULT', `[${where}.fuse] left out everyone who answered, so nothing is believed.`, {
        fix: 'Give a weight to a stage of this step or of an earlier one.',
      });
    }
  } catch (cause) {
    throw attributeRule(cause, where, 'fuse');
  }
  return plan.hooks.fuse.isUsed() ? plan.hooks.fuse.promise(fused, run.evidence, run) : fused;
}
