import { defineConfig } from '@streetvision/core';
import { dinov3 } from '@streetvision/plugin-dinov3';
import { expectTypeOf, test } from 'vitest';
import { starter } from '../src/index.js';

test('the stage is named starter, and a step that names another does not compile', () => {
  const plugin = dinov3(starter);
  expectTypeOf(plugin.stages).toExtend<readonly { name: 'starter' }[] | undefined>();
  defineConfig({ plugins: [plugin], cascade: [{ run: 'starter' }] });
  // @ts-expect-error the starter is no DINOv3
  defineConfig({ plugins: [plugin], cascade: [{ run: 'dinov3' }] });
});
