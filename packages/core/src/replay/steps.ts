import { attributeRule } from '../cascade/attribute-rule.js';
import { noteCalibrated } from '../cascade/decide.js';
import { checkFused } from '../cascade/fuse.js';
import type { CascadePlan, PlannedStep } from '../cascade/plan.js';
import { isPromise, type Work } from '../cascade/settle.js';
import { skipStep } from '../cascade/step.js';
import { finish, wanted } from '../cascade.js';
import { checkAnswer } from '../hooks/answers.js';
import { isTapped } from '../hooks/create.js';
import type { Exit, Result, Verdict } from '../types/index.js';
import type { ReplayRun } from './recall.js';
import { recallStep } from './recall.js';

/**
 * What `cascade.ts` does, over recorded answers, waiting only for what is a promise. A loop of its own, because one that
 * may wait or not costs the runtime a third of its speed; a test holds the two together over random cascades.
 */
export function* replayCascade(plan: CascadePlan, run: ReplayRun): Work<Result> {
  try {
    yield* runSteps(plan, run);
  } catch (error) {
    if (!run.stop.aborted) throw error;
  }
  const result = finish(plan, run);
  return (isPromise(result) ? yield result : result) as Result;
}

function* runSteps(plan: CascadePlan, run: ReplayRun): Work<void> {
  for (const step of plan.steps) {
    if (run.stop.aborted) return;
    if (!wanted(step, run)) {
      skipStep(step, run);
      continue;
    }

    if (!recallStep(step, run)) continue;

    run.verdict = yield* fuse(run.verdict, step, plan, run);
    const reached = run.reached.at(-1);
    if (reached) reached.score = run.verdict.score;
    run.ending = { step, exit: { reason: 'end of cascade' }, decided: false };
    const exit = yield* decide(run.verdict, step, plan, run);
    if (!exit) continue;
    run.ending = { step, exit, decided: true };
    return;
  }
}

function* fuse(before: Verdict, step: PlannedStep, plan: CascadePlan, run: ReplayRun): Work<Verdict> {
  const where = `cascade[${step.index}]`;
  let fused = before;
  try {
    const said = step.fuse(before, run.evidence, run);
    fused = ((isPromise(said) ? yield said : said) as Verdict | undefined) ?? before;
    checkFused(fused, where);
  } catch (cause) {
    throw attributeRule(cause, where, 'fuse');
  }
  if (!isTapped(plan.hooks.fuse)) return fused;
  return (yield plan.hooks.fuse.promise(fused, run.evidence, run)) as Verdict;
}

/** Plugins are asked first, then the step's rules in order; the first exit wins. */
function* decide(verdict: Verdict, step: PlannedStep, plan: CascadePlan, run: ReplayRun): Work<Exit | undefined> {
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
