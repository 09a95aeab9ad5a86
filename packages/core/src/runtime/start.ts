import type { Asked, CascadePlan } from '../cascade/plan.js';
import type { ResolvedConfig } from '../config/resolve.js';
import { attributed } from '../errors/attribute.js';
import { SvError } from '../errors/sv-error.js';
import { openSharp } from '../frames/open-sharp.js';
import { stackTensors } from '../frames/stack.js';
import { applyHooks, MODEL_TAPS_LAST } from '../hooks/apply.js';
import { createHooks } from '../hooks/create.js';
import { CORE } from '../hooks/guard.js';
import { createPendingHandlers } from '../hooks/pending.js';
import type { ModelProgress } from '../models/index.js';
import { orderPlugins } from '../plugins/order.js';
import { collectStages } from '../plugins/stages.js';
import type { Logger, Plugin, StageIdentity } from '../types/index.js';
import { VERSION } from '../version.js';
import { type LoadedStage, loadStages, unloadStages } from './load.js';
import { planSteps, reachable } from './plan.js';
import { prepareRules } from './prepare-rules.js';
import { createResources } from './resources.js';
import { createStageRunner, type StageRunner } from './stage-runner.js';

/** A cascade whose plugins are set up and whose models are loaded. */
export interface StartedCascade extends Pick<CascadePlan, 'steps' | 'hooks'> {
  readonly plugins: readonly Plugin[];
  readonly identities: readonly StageIdentity[];
  /** Undoes it all, in reverse. */
  stop(): Promise<void>;
}

/** Checks, orders, sets up and loads; on a failure what was begun is undone. */
export async function startCascade(
  config: ResolvedConfig,
  log: Logger,
  signal: AbortSignal = new AbortController().signal,
  onDownload?: (progress: ModelProgress) => void,
  fetch?: typeof globalThis.fetch,
): Promise<StartedCascade> {
  const plugins = orderPlugins(config.plugins);
  const stages = collectStages(plugins);
  let steps = planSteps(config.cascade, stages);

  const pending = createPendingHandlers();
  const runners = new Map<string, StageRunner>();
  const unwatch = pending.watch((hanging) => {
    const stages = [...runners].flatMap(([name, runner]) => (runner.busy() ? `stage ${name}` : []));
    const names = [...hanging, ...stages];
    if (names.length === 0) return;
    log.error(`The process would exit while these have not finished: ${names.join(', ')}.`, { pending: names });
  });
  const { hooks, owned } = createHooks(log, pending);
  const resources = createResources(config, plugins, log, onDownload, fetch);
  let loaded: LoadedStage[] = [];

  const stop = async () => {
    for (const runner of runners.values()) runner.close(new SvError('SV_CLOSED', 'The runtime is closed.'));
    await hooks.close.promise();
    await unloadStages(loaded, log);
    await resources.close();
    unwatch();
  };

  try {
    for (const plugin of plugins) {
      applyHooks(hooks, plugin);
      await owned(plugin.name, () => setUp(plugin, { version: VERSION, task: config.task, hooks, log }));
    }
    const wanted = reachable(steps);
    // Beside the models, so that the first frame does not pay for it.
    const pictures = openSharp();
    loaded = await loadStages(
      [...stages.values()].filter(({ stage }) => wanted.has(stage.name)),
      resources.load,
      signal,
    );
    await pictures;
    const identities = loaded.map(({ identity }) => identity);
    steps = await prepareRules(steps, identities, { dir: config.dir, task: config.task, log });
    for (const { stage, plugin, state, parallel } of loaded) {
      const context = { plugin, task: config.task, log, stack: stackTensors };
      runners.set(stage.name, createStageRunner(stage, state, parallel, context));
    }
    hooks.stage.tapPromise({ name: CORE, stage: MODEL_TAPS_LAST }, (call) => {
      const runner = runners.get(call.stage);
      return runner ? runner.ask(call as Asked) : Promise.resolve(undefined);
    });
    await hooks.ready.promise();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    plugins,
    identities: loaded.map(({ identity }) => identity),
    steps,
    hooks,
    stop,
  };
}

/** Runs the `setup` of a plugin. Throws `SV_PLUGIN_SETUP`. */
export async function setUp(plugin: Plugin, host: Parameters<NonNullable<Plugin['setup']>>[0]): Promise<void> {
  try {
    await plugin.setup?.(host);
  } catch (cause) {
    throw attributed(cause, `${plugin.name} › setup`, { plugin: plugin.name, hook: 'setup' }, 'SV_PLUGIN_SETUP');
  }
}
