import type { PluginNames } from '../names.js';

export const test = ({ stage, factory }: PluginNames): string => `import { createRuntime } from '@streetvision/core';
import { describePlugin, testFrame } from '@streetvision/core/testing';
import { expect, it } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };
import { ${factory} } from '../src/index.js';

await describePlugin(() => ${factory}(), { packageJson });

it('scores orange above grey', async () => {
  const sv = await createRuntime({ plugins: [${factory}()], cascade: [{ run: '${stage}' }] });
  const cone = await sv.run(await testFrame({ background: [235, 120, 20], shapes: 0 }));
  const asphalt = await sv.run(await testFrame({ background: [128, 128, 128], shapes: 0 }));
  await sv.close();
  expect(cone.score).toBeGreaterThan(0.9);
  expect(asphalt.score).toBe(0);
});

it('refuses options that make no sense', () => {
  expect(() => ${factory}({ half: 0 })).toThrow('half is 0');
});
`;
