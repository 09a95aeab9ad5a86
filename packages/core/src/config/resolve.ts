import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { collectStages, requireStage } from '../plugins/stages.js';
import type { Budget, EngineOptions, ImageLimits, ModelsOptions, Plugin, Step, Task } from '../types/index.js';
import { resolvePlugins } from './plugins.js';
import { exitRule, fuseRule, whenRule } from './rules.js';
import { resolveTask } from './task.js';
import { type ValidStep, validateConfig } from './validate.js';

/** A config with its plugins and task in hand, rules as functions and defaults filled in. */
export interface ResolvedConfig {
  readonly task: Task | undefined;
  readonly plugins: readonly Plugin[];
  readonly cascade: readonly Step[];
  readonly budget: Required<Budget>;
  readonly engine: EngineOptions;
  readonly models: ModelsOptions;
  readonly images: ImageLimits;
  /** Folder that relative paths start from. */
  readonly dir: string;
}

/**
 * Checks a config, loads what it names, and fills in what it leaves out.
 *
 * Throws `SV_CONFIG_INVALID`, `SV_CONFIG_LOAD`, `SV_CONFIG_STAGE_UNKNOWN`, `SV_TASK_*`, `SV_PLUGIN_*`, `SV_HOOK_UNKNOWN`.
 */
export async function resolveConfig(config: unknown, options: { readonly dir: string }): Promise<ResolvedConfig> {
  const dir = resolve(options.dir);
  const valid = validateConfig(config);
  const task = await resolveTask(valid.task, dir);
  const plugins = await resolvePlugins(valid.plugins, dir);
  checkWeights(valid.cascade, plugins);
  return {
    task,
    plugins,
    cascade: valid.cascade.map(resolveStep),
    budget: {
      ms: valid.budget?.ms ?? Number.POSITIVE_INFINITY,
      concurrency: valid.budget?.concurrency ?? Math.max(2, availableParallelism()),
      queue: valid.budget?.queue ?? 64,
      onExceeded: valid.budget?.onExceeded ?? 'answer',
    },
    engine: valid.engine ?? {},
    models: valid.models ?? {},
    images: valid.images ?? {},
    dir,
  };
}

function resolveStep({ when, fuse, exit, ...step }: ValidStep): Step {
  const exits = exit === undefined ? [] : Array.isArray(exit) ? exit : [exit];
  return {
    ...step,
    ...(when === undefined ? {} : { when: whenRule(when) }),
    ...(fuse === undefined ? {} : { fuse: fuseRule(fuse) }),
    ...(exits.length === 0 ? {} : { exit: exits.map(exitRule) }),
  };
}

/** A weight of a stage that does not exist would be left out in silence. */
function checkWeights(cascade: readonly ValidStep[], plugins: readonly Plugin[]): void {
  for (const [index, { fuse }] of cascade.entries()) {
    if (typeof fuse !== 'object' || !('weighted' in fuse)) continue;
    for (const name of Object.keys(fuse.weighted)) {
      requireStage(name, collectStages(plugins), `cascade[${index}].fuse.weighted`);
    }
  }
}
