import { dirname } from 'node:path';
import { resolveConfig } from '../../config/index.js';
import { attributed } from '../../errors/attribute.js';
import type { CliCommand } from '../command.js';
import { pluginPart } from '../plugin-part.js';

/** Hands the cascade to a target, which a plugin brings, until Ctrl-C. */
export const serve: CliCommand = {
  name: 'serve',
  description: 'hand the cascade to a target that a plugin brings, until it ends or Ctrl-C',
  args: '<target>',
  async run(call) {
    const name = call.args[0] as string;
    const { config, path } = await call.config();
    // Looked up before models are loaded, so that a mistyped name costs nothing.
    pluginPart((await resolveConfig(config, { dir: dirname(path) })).plugins, 'target', name);
    const runtime = await call.runtime();
    const { part, plugin } = pluginPart(runtime.plugins, 'target', name);
    try {
      await part.serve(runtime, { signal: call.signal, log: call.log });
    } catch (error) {
      // Stopped as it was told to: what waited for the signal says so by its name.
      if (call.signal.aborted && error instanceof Error && error.name === 'AbortError') return;
      throw attributed(error, `${plugin} › target ${name}`, { plugin }, 'SV_PLUGIN_SETUP');
    }
  },
};
