import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { configJsonSchema } from '../../src/config/json-schema.js';

it('the published file is current (`npm run schema -w @streetvision/core`)', async () => {
  const file = new URL('../../schema/config.schema.json', import.meta.url);
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(configJsonSchema())));
});
