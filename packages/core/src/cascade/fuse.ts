import { SvError } from '../errors/sv-error.js';
import { checkAnswer } from '../hooks/answers.js';
import { isTapped } from '../hooks/create.js';
import type { Verdict } from '../types/index.js';
import { attributeRule } from './attribute-rule.js';
import type { CascadePlan, PlannedStep } from './plan.js';
import { NEUTRAL } from './result.js';
import type { Run } from './run.js';
import { isPromise, type Work } from './settle.js';

/** The step's own rule makes one verdict of its answers; plugins refine it. */
export function* fuse(before: Verdict, step: PlannedStep, plan: CascadePlan, run: Run): Work<Verdict> {
  const where = `cascade[${step.index}]`;
  let fused = before;
  try {
    const said = step.fuse(before, run.evidence, run);
    fused = ((isPromise(said) ? yield said : said) as Verdict | undefined) ?? before;
    checkAnswer('fuse', fused, where);
    if (fused === NEUTRAL) {
      throw new SvError('SV_HOOK_RESULT', `[${where}.fuse] left out everyone who answered, so nothing is believed.`, {
        fix: 'Give a weight to a stage of this step or of an earlier one.',
      });
    }
  } catch (cause) {
    throw attributeRule(cause, where, 'fuse');
  }
  if (!isTapped(plan.hooks.fuse)) return fused;
  return (yield plan.hooks.fuse.promise(fused, run.evidence, run)) as Verdict;
}
