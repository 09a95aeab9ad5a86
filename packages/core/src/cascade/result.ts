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

/** The budget is spent: what is known is the answer, or there is none, or the config wants none. */
export function outOfTime(ending: Ending | undefined, plan: CascadePlan, run: Run): Ending {
  const { reason } = run.stop;
  if (!(reason instanceof SvError) || reason.code !== 'SV_DEADLINE') throw reason;
  if (!ending || plan.onExceeded === 'fail') throw reason;
  return { ...ending, exit: { reason: `budget of ${run.budgetMs} ms spent` } };
}

/** Puts verdict, ending and trace together. Throws `SV_NO_ANSWER`. */
export function conclude(verdict: Verdict, ending: Ending | undefined, plan: CascadePlan, run: Run): Result {
  if (!ending) {
    const skipped = run.trace.map(({ stage, status, reason }) => `${stage} ${status}${reason ? ` (${reason})` : ''}`);
    throw new SvError(
      'SV_NO_ANSWER',
      `No stage answered for \`${run.frame.id}\`: ${skipped.join(', ') || 'no step ran'}.`,
      {
        fix: 'End the cascade with a step that always runs and does not skip on errors.',
      },
    );
  }
  const { exit, step } = ending;
  const belief: Verdict = exit.score === undefined ? verdict : { score: exit.score, boxes: verdict.boxes };
  return {
    input: run.frame.id,
    ...belief,
    label: labelOf(belief, plan.task),
    exit: { ...exit, after: step.name, step: step.index },
    ms: performance.now() - run.started,
    trace: run.trace,
    evidence: run.evidence,
  };
}
