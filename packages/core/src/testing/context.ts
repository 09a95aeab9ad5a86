import { stackTensors } from '../frames/stack.js';
import { silent } from '../observe/log.js';
import type { Evidence, StageContext } from '../types/index.js';

/** What a stage's `run` receives, with the real `stack`: for tests that call a stage by hand. */
export function stageContext(
  changes: Partial<StageContext> & { readonly evidence?: readonly Evidence[] } = {},
): StageContext {
  return {
    task: undefined,
    signal: new AbortController().signal,
    deadline: Number.POSITIVE_INFINITY,
    log: silent,
    evidence: [],
    stack: stackTensors,
    ...changes,
  };
}
