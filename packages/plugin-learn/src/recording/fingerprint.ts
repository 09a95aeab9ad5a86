import { createHash } from 'node:crypto';
import type { HookName, Plugin, Project } from '@streetvision/core';
import { asked, kindOf } from './strip.js';
import type { RecordedConfig } from './types.js';

/** Hooks that change what a stage is asked and what it answers; what others do comes back at the replay. */
export const ASKING: readonly HookName[] = ['preprocess', 'stage'];

/** What a config says that answers depend on, beside models and steps. */
export function configOf({ plugins, cascade, config }: Project): RecordedConfig {
  return {
    plugins: plugins
      .filter((plugin) => plugin.stages?.length || plugin.setup || ASKING.some((hook) => plugin.hooks?.[hook]))
      .map((plugin) => pluginPrint(plugin, ASKING)),
    images: config.images ?? null,
    steps: asked(cascade).map((step) => ({ timeoutMs: step.timeoutMs ?? null, kind: kindOf(step.when) })),
  };
}

/**
 * A plugin as far as it can be written down: the text of a hook, not what it has closed over. A plugin whose options
 * change its hooks says so in its `version`.
 */
export function pluginPrint(plugin: Plugin, hooks: readonly HookName[]): RecordedConfig['plugins'][number] {
  const texts = hooks.map((name) => {
    const hook = plugin.hooks?.[name];
    return hook === undefined ? null : typeof hook === 'function' ? [String(hook)] : [String(hook.handler), hook.order];
  });
  const said = JSON.stringify([texts, plugin.setup ? String(plugin.setup) : null, plugin.order ?? null]);
  return {
    name: plugin.name,
    version: plugin.version ?? null,
    hooks: createHash('sha256').update(said).digest('hex'),
  };
}
