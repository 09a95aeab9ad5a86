import { applyHooks } from '../hooks/apply.js';
import { createHooks, type Hooks } from '../hooks/create.js';
import { createPendingHandlers } from '../hooks/pending.js';
import { setUp } from '../runtime/start.js';
import type { Project } from '../types/index.js';
import { VERSION } from '../version.js';

/** The hooks of the plugins, for a cascade whose stages are not run. */
export async function setUpHooks({
  plugins,
  task,
  log,
}: Pick<Project, 'plugins' | 'task' | 'log'>): Promise<{ readonly hooks: Hooks; close(): Promise<void> }> {
  const pending = createPendingHandlers();
  const { hooks, owned } = createHooks(log, pending);
  try {
    for (const plugin of plugins) {
      applyHooks(hooks, plugin);
      await owned(plugin.name, () => setUp(plugin, { version: VERSION, task, hooks, log }));
    }
    await hooks.ready.promise();
  } catch (error) {
    await hooks.close.promise();
    throw error;
  }
  let closing: Promise<void> | undefined;
  return {
    // The frame is not there to be rewritten.
    hooks: { ...hooks, preprocess: createHooks(log, pending).hooks.preprocess },
    close() {
      closing ??= hooks.close.promise();
      return closing;
    },
  };
}
