import type { CascadePlan } from '../cascade/plan.js';
import type { Run } from '../cascade/run.js';
import { finish, runCascade } from '../cascade.js';
import { resolveConfig } from '../config/resolve.js';
import { SvError } from '../errors/sv-error.js';
import { createRoster } from '../hooks/roster.js';
import type { ModelProgress } from '../models/index.js';
import { createLogger } from '../observe/log.js';
import type { AnyPlugin, Logger, Result, RunCallOptions, RunInput, Runtime, UserConfig } from '../types/index.js';
import { createAdmission } from './admission.js';
import { type BegunRun, beginRun } from './begin-run.js';
import { inputName, toFrame } from './input.js';
import { createObservers } from './observers.js';
import { runInOrder } from './run-all.js';
import { startCascade } from './start.js';

export interface RuntimeOptions {
  /** Folder that relative paths of the config start from. @default the working folder */
  readonly cwd?: string;
  /** @default JSON lines on standard error */
  readonly log?: Logger;
  /** Gives up loading. */
  readonly signal?: AbortSignal;
  /** Told while model files are downloaded; several may be at once. */
  readonly onDownload?: (progress: ModelProgress) => void;
  /** Downloads model files, for proxies. @default the built-in one */
  readonly fetch?: typeof fetch;
}

/** How long `close` waits for runs in progress before it aborts them. */
const CLOSE_GRACE_MS = 5_000;

/**
 * Loads the plugins and models of a config and answers with its cascade.
 *
 * Throws `SV_CONFIG_*`, `SV_PLUGIN_*`, `SV_STAGE_*`, `SV_MODEL_*`, `SV_ENGINE_*`: every mistake is found here, not at the
 * first frame.
 *
 * @example
 * const sv = await createRuntime(config);
 * const { label, score, exit } = await sv.run('street.jpg');
 * await sv.close();
 */
// biome-ignore lint/suspicious/noExplicitAny: any config; defineConfig has checked its stage names
export async function createRuntime(config: UserConfig<any>, options: RuntimeOptions = {}): Promise<Runtime> {
  const log = options.log ?? createLogger();
  const resolved = await resolveConfig(config, { dir: options.cwd ?? process.cwd() });
  const { task, images } = resolved;
  const { ms: budgetMs, concurrency, queue, onExceeded } = resolved.budget;

  const started = await startCascade(resolved, log, options.signal, options.onDownload, options.fetch);
  const plan: CascadePlan = { ...started, task, log, onExceeded };
  const admission = createAdmission({ concurrency, queue });
  const observers = createObservers(plan.hooks, log);
  const active = createRoster<BegunRun>();
  const ending = new AbortController();
  let closing: Promise<void> | undefined;

  const answer = async (input: RunInput, name: string, call: RunCallOptions, patient: boolean): Promise<Result> => {
    if (closing) throw closed();
    const begun = beginRun(name, Math.min(budgetMs, callTimeout(call)), call, { task, log });
    active.add(begun);
    let result: Result;
    let run: Run | undefined;
    try {
      const leave = await admission.enter(begun.stop, patient);
      try {
        const work = async () => {
          run = begun.on(await toFrame(input, name, images));
          return runCascade(plan, run);
        };
        const late = async () => {
          if (!run) throw begun.stop.reason;
          return finish(plan, run);
        };
        result = await begun.orAbandon(work(), late).catch((error) => {
          run?.span.failed(error);
          throw error;
        });
      } finally {
        leave();
      }
    } finally {
      begun.end();
      active.remove(begun);
    }
    if (run) {
      run.span.answered(result);
      await observers.notify(result, run);
    }
    return result;
  };

  const close = async () => {
    ending.abort();
    admission.close(closed());
    const grace = setTimeout(() => {
      for (const begun of active.members) begun.abort(closed());
    }, CLOSE_GRACE_MS);
    while (active.members.length > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    clearTimeout(grace);
    await observers.drain();
    await started.stop();
  };

  const runtime: Runtime = {
    task,
    plugins: started.plugins as readonly AnyPlugin[],
    stages: started.identities,
    run: (input, call = {}) => answer(input, inputName(input), call, false),
    runAll: (inputs, call = {}) =>
      runInOrder(inputs, {
        concurrency,
        caller: call.signal,
        closing: ending.signal,
        run: (input, name, signal) => answer(input, name, { ...call, signal }, true),
      }),
    close() {
      closing ??= close();
      return closing;
    },
    [Symbol.asyncDispose]: () => runtime.close(),
  };
  return runtime;
}

/** Timers take no more milliseconds than this; Node fires a longer one at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

function callTimeout({ timeoutMs }: RunCallOptions): number {
  if (timeoutMs === undefined) return Number.POSITIVE_INFINITY;
  if (!(timeoutMs > 0)) {
    throw new SvError('SV_INPUT_INVALID', `timeoutMs is ${timeoutMs}, expected milliseconds above 0.`, {
      fix: 'Leave it out for no limit of its own.',
    });
  }
  return timeoutMs > LONGEST_TIMER ? Number.POSITIVE_INFINITY : timeoutMs;
}

const closed = () =>
  new SvError('SV_CLOSED', 'The runtime is closed.', { fix: 'Create another one with createRuntime.' });
