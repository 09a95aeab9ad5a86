import type { FullTap } from 'tapable';
import { attributed } from '../errors/attribute.js';
import { isSvError, type SvError } from '../errors/sv-error.js';
import type { HookName, LifecycleHooks, Logger, StageOutput } from '../types/index.js';
import { checkAnswer } from './answers.js';
import type { PendingHandlers } from './pending.js';

type AnyHook = HookName | keyof LifecycleHooks;

/** Who answered a stage call; a map and not a field, so that an output stays what the plugin returned. */
export const answeredBy = new WeakMap<StageOutput, string>();

/** The name under which core taps its own hooks; its failures are the stage's and already bear a name. */
export const CORE = 'core';

/** What a handler without an answer gives to tapable: one promise for all, since this is what most handlers do. */
const NOTHING_TO_SAY = Promise.resolve(undefined);

/** Replaces a tap's function by one that names the plugin on failure, checks the answer and isolates observers. */
export function guard(tap: FullTap, hook: AnyHook, plugin: string, log: Logger, pending: PendingHandlers): FullTap {
  if (plugin === CORE) return tap;
  const handler = promised(tap);
  const observes = hook === 'onResult' || hook === 'close';

  const fail = (cause: unknown) => {
    const error = attribute(cause, plugin, hook);
    if (!observes) return Promise.reject(error);
    log.error(error.message, { plugin, hook });
    return NOTHING_TO_SAY;
  };
  const accept = (answer: unknown) => {
    if (answer === undefined) return undefined;
    checkAnswer(hook, answer, plugin);
    if (hook === 'stage') answeredBy.set(answer as StageOutput, plugin);
    return answer;
  };
  const settle = async (answer: Promise<unknown>) => {
    const done = pending.begin(plugin, hook);
    try {
      return accept(await answer);
    } catch (error) {
      return await fail(error);
    } finally {
      done();
    }
  };
  // Not an async function: six hooks of five plugins pass here for every frame.
  const guarded = (...args: unknown[]): Promise<unknown> => {
    try {
      const answer = handler(...args);
      if (answer === undefined) return NOTHING_TO_SAY;
      return isPromise(answer) ? settle(answer) : Promise.resolve(accept(answer));
    } catch (error) {
      return fail(error);
    }
  };
  return { ...tap, type: 'promise', fn: guarded as FullTap['fn'] };
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
