import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { resultRowSchema } from '../../src/cli/output/row.js';
import { grey, openShell } from './shell.js';

const file = new URL('../../schema/result-row.schema.json', import.meta.url);

it('is published as it is (`npm run schema -w @streetvision/core`)', async () => {
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(resultRowSchema())));
});

it('has a published form that real rows satisfy and others do not', async () => {
  const schema = z.fromJSONSchema(JSON.parse(await readFile(file, 'utf8')));
  const { sv, write } = await openShell();
  await write('dark.png', await grey(10));
  const { out } = await sv('run', 'dark.png', 'gone.png', '--jsonl');
  const [answered, failed] = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  for (const row of [answered, failed]) expect(schema.parse(row)).toEqual(row);
  expect(schema.safeParse({ ...answered, score: 1.2 }).success).toBe(false);
  expect(schema.safeParse({ ...answered, more: 1 }).success).toBe(false);
  expect(schema.safeParse({ input: 'x' }).success).toBe(false);
});
