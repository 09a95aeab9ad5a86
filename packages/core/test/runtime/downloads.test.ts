import { join } from 'node:path';
import { expect, it } from 'vitest';
import { definePlugin, defineStage } from '../../src/define.js';
import { silent } from '../../src/observe/log.js';
import { createRuntime } from '../../src/runtime/create-runtime.js';
import { REPO, startHub } from '../models/local-hub.js';
import { temporaryFolder } from '../models/open-store.js';

it('a runtime downloads from the mirror that the config names, through the fetch that it is given', async () => {
  await using hub = await startHub({ 'config.json': Buffer.from('{}') });
  const dir = await temporaryFolder();
  const asked: string[] = [];
  const stage = defineStage({
    name: 'loads',
    accepts: ['image'],
    load: (ctx) => ctx.model(`hf:${REPO}@main/config.json`),
    run: async (frames) => frames.map(() => ({ score: 0.5 })),
  });
  const sv = await createRuntime(
    {
      plugins: [definePlugin({ name: 'p', api: '^1', stages: [stage] })],
      cascade: [{ run: 'loads' }],
      models: { cache: join(dir, 'cache'), endpoint: hub.origin },
    },
    {
      cwd: dir,
      log: silent,
      fetch: (input, init) => {
        asked.push(new URL(String(input)).origin);
        return fetch(input, init);
      },
    },
  );
  await sv.close();
  expect(new Set(asked)).toEqual(new Set([hub.origin]));
  expect(hub.downloads()).toHaveLength(1);
});
