import { SvError } from '../errors/sv-error.js';
import type { Exit, Result, Verdict } from '../types/index.js';
import { labelOf } from './label.js';
import type { CascadePlan, PlannedStep } from './plan.js';
import type { Run } from './run.js';

/** Where the cascade stopped, and why. */
export interface Ending {
  readonly step: PlannedStep;
  readonly exit: Exit;
  /** A rule said stop; otherwise more steps might have followed. */
  readonly decided: boolean;
}

/** Before anyone has spoken. */
export const NEUTRAL: Verdict = { score: 0.5, boxes: [] };

/** The answer as it stands: verdict, ending and trace. Throws `SV_NO_ANSWER`, or why the run was given up. */
export function conclude(plan: CascadePlan, run: Run): Result {
  const ending = run.stop.aborted && !run.ending?.decided ? outOfTime(plan, run) : run.ending;
  if (!ending) {
    const heard = run.trace.map(({ stage, status, reason }) => `${stage} ${status}${reason ? ` (${reason})` : ''}`);
    throw new SvError('SV_NO_ANSWER', `Nobody decided on \`${run.frame.id}\`: ${heard.join(', ') || 'no step ran'}.`, {
      fix: 'End the cascade with a step that always runs, never abstains and does not skip on errors.',
    });
  }
  const { exit, step } = ending;
  const belief: Verdict = exit.score === undefined ? run.verdict : { score: exit.score, boxes: run.verdict.boxes };
  return {
    input: run.frame.id,
    ...belief,
    label: labelOf(belief, plan.task),
    exit: { after: step.name, step: step.index, ...exit },
    ms: performance.now() - run.started,
    trace: run.trace,
    evidence: run.evidence,
  };
}

/** The budget is spent: what is known is the answer, or there is none, or the config wants none. */
function outOfTime(plan: CascadePlan, run: Run): Ending {
  const { reason } = run.stop;
  const spent = reason instanceof SvError && reason.code === 'SV_DEADLINE';
  if (!spent || !run.ending || plan.onExceeded === 'fail') throw reason;
  return { ...run.ending, exit: { reason: `budget of ${run.budgetMs} ms spent` } };
}
