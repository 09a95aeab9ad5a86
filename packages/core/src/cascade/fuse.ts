import { SvError } from '../errors/sv-error.js';
import { checkAnswer } from '../hooks/answers.js';
import { isTapped } from '../hooks/create.js';
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
    checkFused(fused, where);
  } catch (cause) {
    throw attributeRule(cause, where, 'fuse');
  }
  return isTapped(plan.hooks.fuse) ? plan.hooks.fuse.promise(fused, run.evidence, run) : fused;
}

/** Throws `SV_HOOK_RESULT` for what is no verdict, and where nobody was heard. */
export function checkFused(fused: Verdict, where: string): void {
  checkAnswer('fuse', fused, where);
  if (fused !== NEUTRAL) return;
  throw new SvError('SV_HOOK_RESULT', `[${where}.fuse] left out everyone who answered, so nothing is believed.`, {
    fix: 'Give a weight to a stage of this step or of an earlier one.',
  });
}
