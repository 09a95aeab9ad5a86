import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it, onTestFinished } from 'vitest';
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

it('passes by the pictures of packages, unless their folder is named', async () => {
  const cwd = await mkdtemp(join(tmpdir(), 'sv-inputs-'));
  onTestFinished(() => rm(cwd, { recursive: true, force: true }));
  for (const folder of ['mine', 'node_modules/theirs', '.git']) {
    await mkdir(join(cwd, folder), { recursive: true });
    await writeFile(join(cwd, folder, 'a.png'), '');
  }
  const names = async (folder: string) => {
    const inputs = await openInputs([folder], { ...processIo(), cwd }, options);
    const found: string[] = [];
    for await (const { name } of inputs.stream()) found.push(name);
    return found;
  };
  expect(await names('.')).toEqual([join('mine', 'a.png')]);
  expect(await names('node_modules')).toEqual([join('node_modules', 'theirs', 'a.png')]);
});

it('refuses a URL, which is not fetched', async () => {
  await expect(openInputs(['https://example.com/a.jpg?w=1'], processIo(), options)).rejects.toThrow(
    'The input `https://example.com/a.jpg?w=1` is a URL, and URLs are not fetched.',
  );
});
