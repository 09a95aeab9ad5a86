import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandCall } from '@streetvision/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { jsonOutput } from '../../src/commands/json-output.js';

let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'sv-json-'));
});
afterAll(() => rm(cwd, { recursive: true }));

const printed: string[] = [];
const asked = (json: unknown) =>
  jsonOutput({ options: { json }, cwd, print: (text: string) => void printed.push(text) } as unknown as CommandCall);

it('makes the folder, prints for -, and says before the work that a file cannot be written', async () => {
  await (await asked('none/x.json')).write({ a: null });
  expect(await readFile(join(cwd, 'none/x.json'), 'utf8')).toBe('{\n  "a": null\n}\n');
  const out = await asked('-');
  await out.write([1]);
  expect([out.alone, printed]).toEqual([true, ['[\n  1\n]']]);
  await writeFile(join(cwd, 'file'), '');
  await expect(asked('file/x.json')).rejects.toMatchObject({ code: 'SV_OUTPUT_WRITE' });
  await expect(asked('none')).rejects.toMatchObject({ code: 'SV_OUTPUT_WRITE' });
});
