import type { Run } from '../cascade/run.js';
import { SvError } from '../errors/sv-error.js';
import { startRunSpan } from '../observe/spans.js';
import type { Frame, Logger, RunCallOptions, Task } from '../types/index.js';

/** A run that was asked for: its clock ticks, its frame is not read yet. */
export interface BegunRun {
  readonly signal: AbortSignal;
  /** Rejects soon after the run was aborted, for hooks that do not notice. */
  readonly abandoned: Promise<never>;
  /** The run proper, once there is a frame. */
  on(frame: Frame): Run;
  abort(reason: SvError): void;
  end(): void;
}

/** How long an aborted run may take to answer with what it has. */
const GRACE_MS = 250;

/** Starts the one deadline of a run, and listens to its caller. Throws `SV_ABORTED`. */
export function beginRun(
  name: string,
  budgetMs: number,
  { signal: caller }: RunCallOptions,
  shared: { readonly task: Task | undefined; readonly log: Logger },
): BegunRun {
  const started = performance.now();
  const controller = new AbortController();
  const onAbort = new Set<(reason: unknown) => void>();
  let abandon: (reason: unknown) => void;
  let grace: NodeJS.Timeout | undefined;
  const abandoned = new Promise<never>((_, reject) => {
    abandon = reject;
  });
  abandoned.catch(() => undefined); // Mostly nobody waits for it any more.

  const abort = (reason: SvError) => {
    if (controller.signal.aborted) return;
    controller.abort(reason);
    for (const giveUp of [...onAbort]) giveUp(reason);
    grace = setTimeout(() => abandon(reason), GRACE_MS);
  };
  const onCaller = () => abort(aborted(name, caller?.reason));
  if (caller?.aborted) throw aborted(name, caller.reason);
  caller?.addEventListener('abort', onCaller, { once: true });
  const timer = Number.isFinite(budgetMs) ? setTimeout(() => abort(spent(name, budgetMs)), budgetMs) : undefined;

  return {
    signal: controller.signal,
    abandoned,
    abort,
    on: (frame) => ({
      frame,
      task: shared.task,
      log: shared.log,
      signal: controller.signal,
      deadline: started + budgetMs,
      started,
      budgetMs,
      evidence: [],
      trace: [],
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

const spent = (name: string, budgetMs: number) =>
  new SvError('SV_DEADLINE', `\`${name}\` was not answered within its ${budgetMs} ms.`, {
    fix: 'Raise budget.ms, lower budget.concurrency, or put a faster stage first.',
  });
