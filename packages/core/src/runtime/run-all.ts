import { isSvError, SvError } from '../errors/sv-error.js';
import type { Outcome, Result, RunInput } from '../types/index.js';
import { inputName } from './input.js';

/**
 * Runs inputs side by side and yields their outcomes in the order of the inputs, each as soon as it is its turn: a slow
 * source does not hold back an answer that is ready. Begins no more than `concurrency` at once, and holds no more than
 * twice as many, so that one slow input does not stop the others.
 */
export async function* runInOrder(
  inputs: AsyncIterable<RunInput> | Iterable<RunInput>,
  concurrency: number,
  run: (input: RunInput, name: string) => Promise<Result>,
): AsyncGenerator<Outcome> {
  const source = Symbol.asyncIterator in inputs ? inputs[Symbol.asyncIterator]() : inputs[Symbol.iterator]();
  const slots: { outcome?: Outcome }[] = [];
  let running = 0;
  let pulling = false;
  let end: { error?: unknown } | undefined;
  let wake = () => {};

  const begin = async (input: RunInput) => {
    const slot: { outcome?: Outcome } = {};
    slots.push(slot);
    running++;
    slot.outcome = await outcome(input, run);
    running--;
    wake();
  };
  const pull = async () => {
    pulling = true;
    try {
      const item = await source.next();
      if (item.done) end = {};
      else begin(item.value);
    } catch (error) {
      end = { error };
    }
    pulling = false;
    wake();
  };

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
    if (!end) {
      const returned = Promise.resolve(source.return?.()).catch(() => undefined);
      // A generator that waits for its next item ends only when that comes, which may be never.
      if (!pulling) await returned;
    }
  }
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
