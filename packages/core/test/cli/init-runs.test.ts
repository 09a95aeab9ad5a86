import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { drawPictures } from '../../src/cli/bench/pictures.js';
import { loadConfig } from '../../src/config/index.js';
import { createRuntime } from '../../src/runtime/index.js';
import type { UserConfig } from '../../src/types/index.js';
import { openShell } from './shell.js';

/** Where the packages of the workspace are installed. */
const dir = fileURLToPath(new URL('../..', import.meta.url));

it('writes TypeScript that runs with the starter', async () => {
  const { sv, cwd } = await openShell(null);
  await sv('init');
  const { default: config } = (await import(/* @vite-ignore */ `${cwd}/sv.config.ts`)) as { default: UserConfig };
  const runtime = await createRuntime(config, { cwd: dir });
  onTestFinished(() => runtime.close());
  const [picture] = await drawPictures(1);
  const { label, exit } = await runtime.run(picture as { id: string; bytes: Uint8Array });
  expect(['roadwork', 'no_roadwork']).toContain(label);
  expect(exit.after).toBe('starter');
});

it('writes YAML that says the same', async () => {
  const { sv, cwd } = await openShell(null);
  await sv('init', '--format', 'yaml');
  const { starter } = await import('@streetvision/backbone-starter');
  const { config } = await loadConfig({ cwd });
  expect(config.plugins).toEqual([['@streetvision/plugin-dinov3', starter]]);
});
