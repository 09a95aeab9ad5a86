import { didYouMean } from '../errors/suggest.js';
import { SvError } from '../errors/sv-error.js';
import type { Plugin } from '../types/index.js';

/** Sorts by `order` (`pre`, nothing, `post`), then by `after`; otherwise the config's order stays. */
export function orderPlugins(plugins: readonly Plugin[]): Plugin[] {
  const byName = new Map<string, Plugin>();
  for (const plugin of plugins) {
    if (byName.has(plugin.name)) {
      throw new SvError('SV_PLUGIN_DUPLICATE', `Two plugins are named \`${plugin.name}\`.`, {
        where: { plugin: plugin.name },
        fix: 'Remove one, or give one of them another name.',
      });
    }
    byName.set(plugin.name, plugin);
  }
  for (const plugin of plugins) {
    for (const needed of plugin.requires ?? []) {
      if (byName.has(needed)) continue;
      throw new SvError(
        'SV_PLUGIN_MISSING',
        `\`${plugin.name}\` requires \`${needed}\`, which is not in the config.${didYouMean(needed, [...byName.keys()])}`,
        {
          where: { plugin: plugin.name },
          fix: `npm install ${needed}, then add it to \`plugins\`.`,
        },
      );
    }
  }
  const rank = { pre: 0, none: 1, post: 2 };
  const grouped = [...plugins].sort((a, b) => rank[a.order ?? 'none'] - rank[b.order ?? 'none']);
  return sortTopologically(grouped, byName);
}

function sortTopologically(plugins: readonly Plugin[], byName: ReadonlyMap<string, Plugin>): Plugin[] {
  const sorted = new Set<Plugin>();
  const path: string[] = [];
  const visit = (plugin: Plugin) => {
    if (sorted.has(plugin)) return;
    const start = path.indexOf(plugin.name);
    if (start >= 0) {
      const ring = [...path.slice(start), plugin.name].join(' → ');
      throw new SvError('SV_PLUGIN_CYCLE', `Plugins wait for each other: ${ring}.`, {
        where: { plugin: plugin.name },
        fix: 'Remove one of the `after` entries of this ring.',
      });
    }
    path.push(plugin.name);
    for (const name of [...(plugin.after ?? []), ...(plugin.requires ?? [])]) {
      const first = byName.get(name);
      if (first) visit(first);
    }
    path.pop();
    sorted.add(plugin);
  };
  plugins.forEach(visit);
  return [...sorted];
}
