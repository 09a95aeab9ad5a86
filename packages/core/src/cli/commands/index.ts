import { dirname } from 'node:path';
import { loadConfig } from '../../config/index.js';
import { resolveConfig } from '../../config/resolve.js';
import { isSvError, SvError } from '../../errors/sv-error.js';
import { companions } from '../../project/companions.js';
import type { Plugin } from '../../types/index.js';
import type { CliCommand, JoinedCommand } from '../command.js';
import { EXIT_CODES } from '../exit-codes.js';
import type { Io } from '../io.js';
import { pluginCheck } from '../plugin-kit/check.js';
import { pluginNew } from '../plugin-kit/new.js';
import { bench } from './bench.js';
import { doctor } from './doctor.js';
import { explain } from './explain.js';
import { init } from './init.js';
import { models } from './models.js';
import { run } from './run.js';
import { serve } from './serve.js';

/** In the order of the help page. */
export const builtIn: readonly CliCommand[] = [
  init,
  run,
  explain,
  serve,
  ...models,
  doctor,
  bench,
  pluginNew,
  pluginCheck,
];

/**
 * Commands that the plugins of the config and the companion packages bring. Of a config that cannot be loaded only the
 * companions remain, and `error` says why.
 */
export async function pluginCommands(
  io: Io,
  file: string | undefined,
): Promise<{ commands: readonly JoinedCommand[]; error?: SvError }> {
  try {
    const { config, path } = await loadConfig({ cwd: io.cwd, ...(file ? { file } : {}) });
    const { plugins } = await resolveConfig(config, { dir: dirname(path) });
    return { commands: unique(commandsOf([...plugins, ...(await companions(plugins, dirname(path)))])) };
  } catch (error) {
    if (!isSvError(error)) throw error;
    return { commands: commandsOf(await companions([], io.cwd)), error };
  }
}

const commandsOf = (plugins: readonly Plugin[]): Required<JoinedCommand>[] =>
  plugins.flatMap((plugin) => (plugin.commands ?? []).map((command) => ({ command, plugin: plugin.name })));

function unique(commands: readonly Required<JoinedCommand>[]): readonly JoinedCommand[] {
  const owners = new Map(builtIn.map(({ name }) => [name, 'sv itself']));
  for (const { command, plugin } of commands) {
    const owner = owners.get(command.name);
    if (owner) {
      throw new SvError(
        'SV_PLUGIN_INVALID',
        `The command \`${command.name}\` of ${plugin} is there already, from ${owner}.`,
        {
          where: { plugin },
          fix: 'Leave out one of the plugins, or ask its author for another name.',
        },
      );
    }
    owners.set(command.name, plugin);
  }
  return commands;
}

/** What stands under the list of commands. */
export function helpFooter(configError: SvError | undefined): string {
  const codes = Object.values(EXIT_CODES).map(({ code, meaning }) => `  ${String(code).padEnd(4)} ${meaning}`);
  const lines = [
    '',
    'Example:',
    '  npx sv run photos --report report.html',
    '',
    'Exit codes:',
    ...codes,
    '',
    '`npx streetvision` is the same as `npx sv`.',
  ];
  if (configError && configError.code !== 'SV_CONFIG_NOT_FOUND') {
    lines.push(
      '',
      `Commands of plugins are missing here, because the config has a mistake (${configError.code}): see \`sv doctor\`.`,
    );
  }
  return lines.join('\n');
}
