import { defineConfig } from '@streetvision/core';
import { expectTypeOf, test } from 'vitest';
import { dinov3 } from '../src/index.js';

test('the stage name is part of the type', () => {
  expectTypeOf(dinov3({ backbone: 'x' }).stages).toExtend<readonly { name: 'dinov3' }[] | undefined>();
  expectTypeOf(dinov3({ name: 'resnet', backbone: 'x' }).stages).toExtend<readonly { name: 'resnet' }[] | undefined>();
});

test('a config with two instances checks the names of both', () => {
  const plugins = [dinov3({ backbone: 'x' }), dinov3({ name: 'resnet', backbone: 'y' })] as const;
  defineConfig({ plugins, cascade: [{ run: 'dinov3' }, { run: ['resnet', 'dinov3'] }] });
  // @ts-expect-error no stage has this name
  defineConfig({ plugins, cascade: [{ run: 'resnet50' }] });
});

test('wrong options do not compile', () => {
  // @ts-expect-error a backbone is needed
  dinov3({});
  // @ts-expect-error no such file variant
  dinov3({ backbone: 'x', dtype: 'fp8' });
  // @ts-expect-error no such feature
  dinov3({ backbone: 'x', feature: 'CLS' });
  // @ts-expect-error no such option
  dinov3({ backbone: 'x', haed: 'y' });
});
