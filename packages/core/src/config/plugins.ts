import { SvError } from '../errors/sv-error.js';
import { validatePlugin } from '../plugins/validate.js';
import type { Plugin } from '../types/index.js';
import { classExport, makeNamed, type Wanted } from './entry.js';
import { isClass, received } from './received.js';

export const PLUGIN: Wanted = { what: 'plugin', missing: 'SV_PLUGIN_NOT_FOUND', invalid: 'SV_PLUGIN_INVALID' };

/** The plugins of a config, in its order, without what is switched off. Throws `SV_PLUGIN_*`, `SV_HOOK_UNKNOWN`. */
export async function resolvePlugins(entries: readonly unknown[], dir: string): Promise<Plugin[]> {
  const plugins: Plugin[] = [];
  for (const [index, entry] of entries.entries()) {
    const path = `plugins[${index}]`;
    const plugin = await resolvePlugin(await entry, path, dir);
    if (!plugin) continue;
    validatePlugin(plugin, path);
    plugins.push(plugin);
  }
  return plugins;
}

async function resolvePlugin(entry: unknown, path: string, dir: string): Promise<unknown> {
  if (!entry) return undefined;
  if (typeof entry === 'string') return await makeNamed([entry], { path, dir, wanted: PLUGIN });
  if (Array.isArray(entry)) {
    const [name, options, ...rest] = entry as unknown[];
    if (typeof name === 'string' && rest.length === 0)
      return await makeNamed([name, options], { path, dir, wanted: PLUGIN });
    throw new SvError('SV_PLUGIN_INVALID', `${path}: got ${received(entry)}, expected a plugin or [name, options].`, {
      fix: 'Write several plugins one after the other: `...preset()`.',
    });
  }
  if (isClass(entry)) throw classExport(path, PLUGIN);
  if (typeof entry === 'object' && isModule(entry)) {
    const names = Object.keys(entry).join(', ');
    throw new SvError('SV_PLUGIN_INVALID', `${path}: got a whole module (${names}), expected a plugin.`, {
      fix: 'Import its factory by name and call it.',
    });
  }
  return entry;
}

const isModule = (value: object) =>
  Object.prototype.toString.call(value) === '[object Module]' || '__esModule' in value;
