import { checkAnswer } from '../hooks/answers.js';
import type { Verdict } from '../types/index.js';
import { attributeRule } from './attribute-rule.js';
import type { CascadePlan, PlannedStep } from './plan.js';
import type { Run } from './run.js';

/** The step's own rule makes one verdict of its answers; plugins refine it. */
export async function fuse(before: Verdict, step: PlannedStep, plan: CascadePlan, run: Run): Promise<Verdict> {
  const where = `cascade[${step.index}]`;
  let fused = before;
  try {
    fused = (await step.fuse(before, run.evidence, run)) ?? before;
    checkAnswer('fuse', fused, where);
  } catch (cause) {
    throw attributeRule(cause, where, 'fuse');
  }
  return plan.hooks.fuse.isUsed() ? plan.hooks.fuse.promise(fused, run.evidence, run) : fused;
}
