import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { resultRowSchema } from '../src/cli/output/row.js';

const file = fileURLToPath(new URL('../schema/result-row.schema.json', import.meta.url));
await mkdir(dirname(file), { recursive: true });
await writeFile(file, `${JSON.stringify(resultRowSchema(), null, 2)}\n`);
