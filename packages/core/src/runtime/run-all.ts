import { isSvError, SvError } from '../errors/sv-error.js';
import type { Outcome, Result, RunInput } from '../types/index.js';
import { inputName } from './input.js';

/**
 * Runs inputs side by side and yields their outcomes in the order of the inputs, each as soon as it is its turn: a slow
 * source does not hold back an answer that is ready. Holds no more than `limit` inputs.
 */
export async function* runInOrder(
  inputs: AsyncIterable<RunInput> | Iterable<RunInput>,
  limit: number,
  run: (input: RunInput, name: string) => Promise<Result>,
): AsyncGenerator<Outcome> {
  const source = Symbol.asyncIterator in inputs ? inputs[Symbol.asyncIterator]() : inputs[Symbol.iterator]();
  const begun: Promise<Outcome>[] = [];
  const pull = () => Promise.resolve(source.next()).then((item) => ({ item }));
  let next: Promise<{ item: IteratorResult<RunInput> }> | undefined = pull();
  try {
    while (next || begun.length > 0) {
      const candidates: Promise<{ item: IteratorResult<RunInput> } | Outcome>[] = [];
      if (begun[0]) candidates.push(begun[0]);
      if (next && begun.length < limit) candidates.push(next);
      const first = await Promise.race(candidates);
      if (!('item' in first)) {
        begun.shift();
        yield first;
        continue;
      }
      if (first.item.done) next = undefined;
      else {
        begun.push(outcome(first.item.value, run));
        next = pull();
      }
    }
  } finally {
    next?.catch(() => undefined); // The consumer left: what the source says from now on has no reader.
    await source.return?.();
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
