import type { FullTap } from 'tapable';
import type { Asked } from '../cascade/plan.js';
import { attributed } from '../errors/attribute.js';
import { isSvError, type SvError } from '../errors/sv-error.js';
import type { HookName, LifecycleHooks, Logger } from '../types/index.js';
import { checkAnswer } from './answers.js';
import { inTime } from './in-time.js';
import type { PendingHandlers } from './pending.js';

type AnyHook = HookName | keyof LifecycleHooks;

/** The name under which core taps its own hooks; its failures are the stage's and already bear a name. */
export const CORE = '@streetvision/core';

type Done = (error?: unknown, answer?: unknown) => void;

/**
 * Replaces a tap's function by one that names the plugin on failure, checks the answer and isolates observers.
 *
 * It answers through a callback: most handlers return at once, and six hooks of five plugins would otherwise make a
 * hundred promises for every frame.
 */
export function guard(tap: FullTap, hook: AnyHook, plugin: string, log: Logger, pending: PendingHandlers): FullTap {
  if (plugin === CORE) return tap;
  const handler = promised(tap);
  const observes = hook === 'onResult' || hook === 'close';

  const fail = (cause: unknown, done: Done) => {
    const error = attribute(cause, plugin, hook);
    if (observes) log.error(error.message, { plugin, hook });
    done(observes ? undefined : error);
  };
  const accept = (answer: unknown, args: unknown[], done: Done) => {
    let error: unknown;
    try {
      if (answer !== undefined) checkAnswer(hook, answer, plugin);
      // On the call and not on the output, which stays what the plugin returned.
      if (hook === 'stage' && answer !== undefined) (args[0] as Asked).by = plugin;
    } catch (cause) {
      error = cause;
    }
    // Outside of the try: what the next tap throws is not this plugin's.
    if (error) fail(error, done);
    else done(undefined, answer);
  };
  const settle = (answer: Promise<unknown>, args: unknown[], done: Done) => {
    const settled = pending.begin(plugin, hook);
    (hook === 'close' ? inTime(answer) : answer).then(
      (value) => {
        settled();
        accept(value, args, done);
      },
      (cause) => {
        settled();
        fail(cause, done);
      },
    );
  };
  const guarded = (...args: unknown[]): void => {
    const done = args.pop() as Done;
    let answer: unknown;
    let thrown: { readonly cause: unknown } | undefined;
    try {
      answer = handler(...args);
    } catch (cause) {
      thrown = { cause };
    }
    if (thrown) fail(thrown.cause, done);
    else if (isPromise(answer)) settle(answer, args, done);
    else accept(answer, args, done);
  };
  return { ...tap, type: 'async', fn: guarded as unknown as FullTap['fn'] };
}

/** Every kind of tap as a function that returns its answer or a promise of it. */
function promised(tap: FullTap): (...args: unknown[]) => unknown {
  const fn = tap.fn as unknown as (...args: unknown[]) => unknown;
  if (tap.type !== 'async') return fn;
  return (...args) =>
    new Promise((resolve, reject) => {
      fn(...args, (error: unknown, answer: unknown) => (error ? reject(error) : resolve(answer)));
    });
}

function attribute(cause: unknown, plugin: string, hook: AnyHook): SvError {
  if (isSvError(cause) && cause.where.plugin && cause.where.hook) return cause;
  const fallback = hook === 'ready' || hook === 'close' ? 'SV_PLUGIN_SETUP' : 'SV_HOOK_FAILED';
  return attributed(cause, `${plugin} › ${hook}`, { plugin, hook }, fallback);
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
