import { NEUTRAL } from '../cascade/result.js';
import type { Run } from '../cascade/run.js';
import { abort as abortStop, createStop, type Stop, withSignal } from '../cascade/stop.js';
import { SvError } from '../errors/sv-error.js';
import type { Member } from '../hooks/roster.js';
import { startRunSpan } from '../observe/spans.js';
import type { Frame, Logger, RunCallOptions, Task } from '../types/index.js';

/** A run that was asked for: its clock ticks, its frame is not read yet. */
export interface BegunRun extends Member {
  readonly stop: Stop;
  /** The work, or soon after an abort what `late` still makes of it: for hooks and files that do not notice. */
  orAbandon<T>(work: Promise<T>, late: () => Promise<T>): Promise<T>;
  /** The run proper, once there is a frame. */
  on(frame: Frame): Run;
  abort(reason: SvError): void;
  end(): void;
}

/** How long an aborted run may take to answer with what it has. */
const GRACE_MS = 50;

/** Starts the one deadline of a run, and listens to its caller. Throws `SV_ABORTED`. */
export function beginRun(
  name: string,
  budgetMs: number,
  { signal: caller }: RunCallOptions,
  shared: { readonly task: Task | undefined; readonly log: Logger },
): BegunRun {
  const started = performance.now();
  const stop = createStop();
  const onAbort: ((reason: unknown) => void)[] = [];
  let abandon: ((reason: unknown) => void) | undefined;
  let grace: NodeJS.Timeout | undefined;

  const abort = (reason: SvError) => {
    if (stop.aborted) return;
    abortStop(stop, reason);
    for (const giveUp of onAbort) giveUp(reason);
    grace = setTimeout(() => abandon?.(reason), GRACE_MS);
  };
  const onCaller = () => abort(aborted(name, caller?.reason));
  if (caller?.aborted) throw aborted(name, caller.reason);
  caller?.addEventListener('abort', onCaller, { once: true });
  const timer = Number.isFinite(budgetMs) ? setTimeout(() => abort(spent(name, budgetMs)), budgetMs) : undefined;

  return {
    place: 0,
    stop,
    orAbandon: (work, late) =>
      new Promise((resolve, reject) => {
        abandon = (reason) => {
          grace = setTimeout(() => reject(reason), GRACE_MS);
          late().then(resolve, reject);
        };
        work.then(resolve, reject);
      }),
    abort,
    on: (frame) =>
      withSignal({
        frame,
        task: shared.task,
        log: shared.log,
        stop,
        deadline: started + budgetMs,
        started,
        budgetMs,
        evidence: [],
        trace: [],
        verdict: NEUTRAL,
        ending: undefined,
        onAbort,
        span: startRunSpan(),
      }),
    end() {
      clearTimeout(timer);
      clearTimeout(grace);
      caller?.removeEventListener('abort', onCaller);
    },
  };
}

const aborted = (name: string, cause: unknown) =>
  new SvError('SV_ABORTED', `The caller gave up on \`${name}\`.`, { cause });

export const spent = (name: string, budgetMs: number) =>
  new SvError('SV_DEADLINE', `\`${name}\` was not answered within its ${budgetMs} ms.`, {
    fix: 'Raise budget.ms, lower budget.concurrency, or put a faster stage first.',
  });
