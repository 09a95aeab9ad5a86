import { execSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import type { Options } from 'tsup';
import shared from '../../tsup.base.ts';

const base = shared as Options;
const ASSETS = 'cli/report/client';

export default {
  ...base,
  onSuccess: async () => {
    // the report's page is made of these files at run time, so they are shipped as they are
    cpSync(`src/${ASSETS}`, `dist/${ASSETS}`, { recursive: true });
    execSync(String(base.onSuccess), { stdio: 'inherit' });
  },
} satisfies Options;
