import { importModule, resolvePackage } from '../config/import-module.js';
import { validatePlugin } from '../plugins/validate.js';
import type { Plugin } from '../types/index.js';

/**
 * Packages whose commands and data formats need no entry in a config: to be installed is enough. They bring no stages,
 * so that what a cascade answers never depends on what happens to be installed.
 */
export const COMPANIONS: readonly { readonly name: string; readonly commands: readonly string[] }[] = [
  { name: '@streetvision/plugin-learn', commands: ['train', 'calibrate', 'eval', 'tune', 'simulate'] },
  { name: '@streetvision/plugin-data', commands: ['data'] },
];

/** The companions that are installed and not among `plugins` already. Throws `SV_CONFIG_LOAD`, `SV_PLUGIN_*`. */
export async function companions(plugins: readonly Plugin[], dir: string): Promise<readonly Plugin[]> {
  const found: Plugin[] = [];
  for (const { name } of COMPANIONS) {
    if (plugins.some((plugin) => plugin.name === name)) continue;
    const file = resolvePackage(name, dir);
    if (file === undefined) continue;
    const { default: factory } = await importModule(file, dir);
    const plugin: unknown = typeof factory === 'function' ? factory() : factory;
    validatePlugin(plugin, name);
    found.push(plugin);
  }
  return found;
}

/** The companion that brings a command, by its first word. */
export const companionOf = (word: string): string | undefined =>
  COMPANIONS.find(({ commands }) => commands.includes(word))?.name;
