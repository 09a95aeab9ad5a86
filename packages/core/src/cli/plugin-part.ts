import { didYouMean } from '../errors/suggest.js';
import { SvError } from '../errors/sv-error.js';
import type { Plugin, Source, Target } from '../types/index.js';

type Kind = 'source' | 'target';

/**
 * The source or target of that name, and the plugin that brings it.
 * @throws {SvError} `SV_CLI_USAGE` where none has the name, or several
 */
export function pluginPart<K extends Kind>(
  plugins: readonly Plugin[],
  kind: K,
  name: string,
): { readonly part: K extends 'source' ? Source : Target; readonly plugin: string } {
  const parts = plugins.flatMap((plugin) =>
    ((kind === 'source' ? plugin.sources : plugin.targets) ?? []).map((part) => ({ part, plugin: plugin.name })),
  );
  const named = parts.filter(({ part }) => part.name === name);
  const names = parts.map(({ part }) => part.name);
  const [first, second] = named;
  if (!first) {
    const there = names.length === 0 ? `bring no ${kind}` : `bring ${names.join(', ')}`;
    throw new SvError(
      'SV_CLI_USAGE',
      `There is no ${kind} \`${name}\`: the plugins of the config ${there}.${didYouMean(name, names)}`,
      { fix: names.length === 0 ? `Add a plugin that brings a ${kind}.` : `Name one of them.` },
    );
  }
  if (second) {
    throw new SvError(
      'SV_CLI_USAGE',
      `The ${kind} \`${name}\` is one of ${first.plugin} and one of ${second.plugin}.`,
      {
        fix: 'Leave one of the plugins out of the config.',
      },
    );
  }
  return first as { part: K extends 'source' ? Source : Target; plugin: string };
}
