import type { Plugin, PluginEntry, Stage, StageOutput, Task, UserConfig } from './types/index.js';

/** Type helper for `sv.config.ts`: the stage names in `cascade` are checked against `plugins`. */
export function defineConfig<const P extends readonly PluginEntry[]>(config: UserConfig<P>): UserConfig<P> {
  return config;
}

/** Type helper for plugin authors: keeps stage names literal, so that configs can be checked. */
// biome-ignore lint/suspicious/noExplicitAny: the stage's state is inferred where it is defined
export function definePlugin<const S extends Stage<any, any, any> = never>(plugin: Plugin<S>): Plugin<S> {
  return plugin;
}

/** Type helper for stages: the type that `load` returns flows into `run` and `unload`. */
export function defineStage<const Name extends string, State, Output extends StageOutput>(
  stage: Stage<Name, State, Output>,
): Stage<Name, State, Output> {
  return stage;
}

/** Type helper for tasks. */
export function defineTask<const T extends Task>(task: T): T {
  return task;
}
