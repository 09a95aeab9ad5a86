import { writeFileSync } from 'node:fs';
import { errorsPage } from './errors-page.js';

// npx jiti tools/docs/write-errors.ts
writeFileSync(new URL('../../docs/reference/errors.md', import.meta.url), errorsPage());
