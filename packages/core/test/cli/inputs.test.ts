import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { openInputs } from '../../src/cli/inputs/index.js';
import { processIo } from '../../src/cli/io.js';

const source = () => {
  throw new Error('no source is asked for');
};
const options = {
  source,
  skip: () => false,
  limit: undefined,
  watch: false,
  maxBytes: 1,
  signal: new AbortController().signal,
};

it('holds no input that was taken, whatever their number', async () => {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  const inputs = await openInputs(
    Array.from({ length: 50 }, (_, at) => `gone-${at}.png`),
    processIo(),
    options,
  );
  const taken: WeakRef<object>[] = [];
  const stream = inputs.stream();
  for (let at = 0; at < 40; at++) taken.push(new WeakRef((await stream.next()).value as object));
  await turn();
  gc();
  expect(taken.slice(0, 30).filter((input) => input.deref() !== undefined)).toEqual([]);
  expect((await stream.next()).value).toEqual({ name: 'gone-40.png' });
});
