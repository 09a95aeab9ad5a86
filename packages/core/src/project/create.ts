import { basename, isAbsolute, resolve } from 'node:path';
import { type ResolvedConfig, resolveConfig } from '../config/resolve.js';
import { openDataset } from '../data/open.js';
import { stackTensors } from '../frames/stack.js';
import { createLogger } from '../observe/log.js';
import { orderPlugins } from '../plugins/order.js';
import { collectStages, type OwnedStage, requireStage } from '../plugins/stages.js';
import { createRuntime, type RuntimeOptions } from '../runtime/create-runtime.js';
import { createResources, type Resources } from '../runtime/resources.js';
import type { DataContext, DataFormat, Project, UserConfig } from '../types/index.js';
import { bringsAugmentation, findAugmentation } from './augmentation.js';
import { companions } from './companions.js';

export interface ProjectOptions extends RuntimeOptions {
  /** Folder that relative references of datasets start from. @default `cwd` */
  readonly dataDir?: string;
}

/**
 * Takes a config apart: for what trains, evaluates or calibrates its cascade. Nothing is loaded before it is asked for.
 * Without a config there are no task, no plugins and no steps, and the companion packages still read datasets.
 *
 * Throws `SV_CONFIG_*`, `SV_PLUGIN_*`, `SV_TASK_*`.
 *
 * @example
 * const project = await createProject(config);
 * const data = await project.dataset('labels.csv');
 * await project.close();
 */
export async function createProject(
  // biome-ignore lint/suspicious/noExplicitAny: any config; defineConfig has checked its stage names
  config: UserConfig<any> | undefined,
  options: ProjectOptions = {},
): Promise<Project> {
  const log = options.log ?? createLogger();
  const signal = options.signal ?? new AbortController().signal;
  const cwd = options.cwd ?? process.cwd();
  const resolved = config ? await resolveConfig(config, { dir: cwd }) : without(cwd);
  const plugins = orderPlugins(resolved.plugins);
  const stages = collectStages(plugins);
  let resources: Resources | undefined;
  const load = () => {
    resources ??= createResources(resolved, plugins, log, options.onDownload, options.fetch);
    return resources.load(signal);
  };
  const withCompanions = async () => [...plugins, ...(await companions(plugins, resolved.dir))];
  const given = config ?? { plugins: [], cascade: [] };
  return {
    config: given,
    dir: resolved.dir,
    task: resolved.task,
    plugins,
    cascade: resolved.cascade,
    log,
    signal,
    stage(name) {
      requireStage(name, stages, 'stage');
      return stages.get(name) as OwnedStage;
    },
    load,
    stack: (frames, spec) => stackTensors(frames, spec),
    async dataset(ref, { group, problem, cwd: from } = {}) {
      const formats: DataFormat[] = (await withCompanions()).flatMap((plugin) => plugin.formats ?? []);
      const dir = resolve(from ?? options.dataDir ?? resolved.dir);
      const dataset = await openDataset(ref, formats, {
        dir,
        ...(config ? { configDir: resolved.dir } : {}),
        task: resolved.task,
        log,
        signal,
        remote: remoteOf(resolved),
        problem: problem ?? (({ where, message }) => log.warn(`${where}: ${message}`)),
        ...(group === undefined ? {} : { group }),
      });
      return { ...dataset, name: portableName(ref, dataset.name) };
    },
    augmentation: async (name) =>
      findAugmentation(name, bringsAugmentation(name, plugins) ? plugins : await withCompanions()),
    runtime: (change = (same) => same) => createRuntime(change(given), { ...options, cwd, log }),
    async close() {
      await resources?.close();
    },
  };
}

/** Names of datasets go into heads, calibrations and reports: a folder of this machine has no business there. */
function portableName(ref: string, name: string): string {
  const path = ref.replace(/^[a-z][\w-]+:(?!\\)/, '');
  return isAbsolute(path) && name.includes(path) ? name.replace(path, basename(path)) : name;
}

/** Of `models`, what holds for data too. */
function remoteOf({ dir, models }: Pick<ResolvedConfig, 'dir' | 'models'>): NonNullable<DataContext['remote']> {
  const { cache, offline, endpoint } = models;
  return {
    ...(cache === undefined ? {} : { cache: resolve(dir, cache) }),
    ...(offline === undefined ? {} : { offline }),
    ...(endpoint === undefined ? {} : { endpoint }),
  };
}

const without = (dir: string) => ({
  dir: resolve(dir),
  task: undefined,
  plugins: [],
  cascade: [],
  models: {},
  engine: {},
});
