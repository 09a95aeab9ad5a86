import { definePlugin, type Plugin, type Stage, type StageOutput } from '@streetvision/core';
import { tta } from './adaptation/tta.js';
import { diagnose } from './doctor.js';
import { checkOptions, type Dinov3Options } from './options.js';
import { type Dinov3State, dinov3Stage } from './stage.js';

export const PLUGIN_NAME = '@streetvision/plugin-dinov3';

/**
 * One stage: a frozen backbone, and a small head that turns its embedding into a probability.
 * A renamed instance is the plugin `@streetvision/plugin-dinov3#name`, so that several fit in one config.
 * Throws `SV_CONFIG_INVALID` for wrong options.
 *
 * @example
 * export default defineConfig({
 *   task: roadwork(),
 *   plugins: [dinov3({ backbone: 'dinov3-vits16', head: './models/head.onnx' })],
 *   cascade: [{ run: 'dinov3' }],
 * });
 */
export function dinov3<const Name extends string = 'dinov3'>(
  options: Dinov3Options<Name>,
): Plugin<Stage<Name, Dinov3State, StageOutput>> {
  checkOptions(options);
  const name = options.name ?? ('dinov3' as Name);
  const stage = dinov3Stage(name, options);
  return definePlugin({
    name: name === 'dinov3' ? PLUGIN_NAME : `${PLUGIN_NAME}#${name}`,
    api: '^1',
    stages: [options.tta ? tta(stage, options.tta) : stage],
    doctor: (ctx) => diagnose(options, ctx),
  });
}
