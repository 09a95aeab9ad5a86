import { isSvError, SvError } from '../errors/sv-error.js';
import type { Outcome, Result, RunInput } from '../types/index.js';
import { inputName } from './input.js';

export interface RunAllOptions {
  /** Runs at once. */
  readonly concurrency: number;
  /** Aborted when the caller gives up: no further input is taken, and what runs is given up. */
  readonly caller: AbortSignal | undefined;
  /** Aborted when the runtime closes: no further input is taken. */
  readonly closing: AbortSignal;
  /** @param signal aborted when nobody waits any more */
  run(input: RunInput, name: string, signal: AbortSignal): Promise<Result>;
}

/**
 * Runs inputs side by side and yields their outcomes in the order of the inputs, each as soon as it is its turn: a slow
 * source does not hold back an answer that is ready. Begins no more than `concurrency` at once, and holds no more than
 * twice as many, so that one slow input does not stop the others.
 */
export function runInOrder(
  inputs: AsyncIterable<RunInput> | Iterable<RunInput>,
  { concurrency, caller, closing, run }: RunAllOptions,
): AsyncIterableIterator<Outcome> {
  const source = Symbol.asyncIterator in inputs ? inputs[Symbol.asyncIterator]() : inputs[Symbol.iterator]();
  const slots: { outcome?: Outcome }[] = [];
  const left = new AbortController();
  let running = 0;
  let pulling = false;
  let end: { error?: unknown } | undefined;
  let wake = () => {};

  const begin = async (input: RunInput) => {
    const slot: { outcome?: Outcome } = {};
    slots.push(slot);
    running++;
    slot.outcome = await outcome(input, (one, name) => run(one, name, left.signal));
    running--;
    wake();
  };
  const pull = async () => {
    pulling = true;
    try {
      const item = await source.next();
      if (item.done) end ??= {};
      else if (!end) begin(item.value);
    } catch (error) {
      end ??= { error };
    }
    pulling = false;
    wake();
  };
  /** Lets go of the source. A generator that waits for its next item ends only when that comes, which may be never. */
  const release = async () => {
    const returned = Promise.resolve(source.return?.()).catch(() => undefined);
    if (!pulling) await returned;
  };
  const stop = () => {
    if (end) return;
    end = {};
    release();
    wake();
  };

  const giveUp = () => {
    left.abort(caller?.reason);
    stop();
  };

  async function* outcomes(): AsyncGenerator<Outcome> {
    // One listener for all inputs: one for each would stay with a signal that lives long.
    if (caller?.aborted) giveUp();
    if (closing.aborted) stop();
    caller?.addEventListener('abort', giveUp, { once: true });
    closing.addEventListener('abort', stop, { once: true });
    try {
      for (;;) {
        while (slots[0]?.outcome) {
          const { outcome } = slots.shift() as { outcome: Outcome };
          yield outcome;
        }
        if (end && slots.length === 0) break;
        const room = running < concurrency && slots.length < 2 * concurrency;
        if (room && !pulling && !end) pull();
        // Nothing is awaited between the looks above and here, so no change goes unnoticed.
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if ('error' in end) throw end.error;
    } finally {
      caller?.removeEventListener('abort', giveUp);
      closing.removeEventListener('abort', stop);
      left.abort();
      if (!end) await release();
      end ??= {};
    }
  }

  const generator = outcomes();
  return {
    next: () => generator.next(),
    // A generator that waits would queue its return behind the wait: what it waits for is given up first.
    return: () => {
      left.abort();
      stop();
      slots.length = 0;
      wake();
      return generator.return(undefined);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

async function outcome(input: RunInput, run: (input: RunInput, name: string) => Promise<Result>): Promise<Outcome> {
  const name = inputName(input);
  try {
    return { input: name, result: await run(input, name) };
  } catch (cause) {
    const error = isSvError(cause) ? cause : new SvError('SV_STAGE_FAILED', String(cause), { cause });
    return { input: name, error };
  }
}
