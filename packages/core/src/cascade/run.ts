import type { RunSpan } from '../observe/spans.js';
import type { Frame, Logger, RunContext, StageRun, Task, TraceEntry, Verdict } from '../types/index.js';
import type { Ending } from './result.js';
import type { Stop } from './stop.js';

/** One frame on its way; hooks and rules see it as their `RunContext`. */
export interface Run extends RunContext {
  frame: Frame;
  readonly task: Task | undefined;
  /** Says whether the run was given up, without making a signal. */
  readonly stop: Stop;
  readonly signal: AbortSignal;
  deadline: number;
  readonly log: Logger;
  /** `performance.now()` when the caller asked. */
  readonly started: number;
  /** Milliseconds of the budget, `Infinity` without one. */
  readonly budgetMs: number;
  readonly evidence: StageRun[];
  readonly trace: TraceEntry[];
  readonly span: RunSpan;
  /** What is believed so far. */
  verdict: Verdict;
  /** Where the cascade would stop if it had to answer now; undefined while nobody has spoken. */
  ending: Ending | undefined;
  /** Called when the run is aborted: cheaper than a listener on the signal for every stage. */
  readonly onAbort: ((reason: unknown) => void)[];
}
