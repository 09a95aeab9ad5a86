import type { Augmentation } from './augmentation.js';
import type { DataFormat } from './data.js';
import type { Engine } from './engine.js';
import type { Frame } from './frame.js';
import type { CascadeHooks, HookHandlers, HookName, HookOrder, LifecycleHooks, ObjectHook } from './hooks.js';
import type { Logger } from './log.js';
import type { Project } from './project.js';
import type { Runtime } from './runtime.js';
import type { MaybePromise, Stage } from './stage.js';
import type { Task } from './task.js';

/** Where frames come from: `sv run source:<name>` runs them. */
export interface Source<Name extends string = string> {
  readonly name: Name;
  /** `dir` is the folder of the config. */
  frames(ctx: { readonly signal: AbortSignal; readonly log: Logger; readonly dir?: string }): AsyncIterable<Frame>;
}

/** Where a configured cascade is deployed: `sv serve <name>`. */
export interface Target<Name extends string = string> {
  readonly name: Name;
  /** Resolves when serving has ended, at the latest soon after the signal; then the runtime is closed. */
  serve(runtime: Runtime, ctx: { readonly signal: AbortSignal; readonly log: Logger }): MaybePromise<void>;
}

export interface CommandOption {
  /** As commander writes it: `'-n, --limit <n>'`. */
  readonly flags: string;
  readonly description: string;
  readonly default?: string | number | boolean;
}

/** A subcommand of `sv`. */
export interface Command {
  /** `'publish'`, or `'models pull'` to join a group. */
  readonly name: string;
  readonly description: string;
  /** As commander writes them: `'<image>'`, `'[files...]'`. */
  readonly args?: string;
  readonly options?: readonly CommandOption[];
  /** Returns the exit code; nothing means 0. */
  run(call: CommandCall): MaybePromise<number | void>;
}

export interface CommandCall {
  readonly args: readonly (string | readonly string[] | undefined)[];
  readonly options: Readonly<Record<string, unknown>>;
  /** Working folder. */
  readonly cwd: string;
  readonly signal: AbortSignal;
  readonly log: Logger;
  /** Writes to standard output. */
  print(text: string): void;
  /** Loads the config in `cwd` and starts its cascade; closed when the command ends. */
  runtime(): Promise<Runtime>;
  /**
   * Loads the config in `cwd` and takes it apart; closed when the command ends. Without a config it throws
   * `SV_CONFIG_NOT_FOUND`, or with `optional` gives a project without task, plugins and steps.
   */
  project(options?: { readonly optional?: boolean }): Promise<Project>;
  /** Shows on standard error how far something is, until it is stopped. */
  progress(name: string, total?: number): Meter;
}

/** How far something is. */
export interface Meter {
  total(count: number): void;
  /** Counts one more. */
  step(failed?: boolean): void;
  stop(): void;
}

/** What `sv doctor` asks a plugin. */
export interface Finding {
  readonly level: 'ok' | 'warning' | 'problem';
  readonly message: string;
  /** The exact command or edit that mends it. */
  readonly fix?: string;
}

/** What `setup` receives: the tapable hooks themselves. */
export interface PluginHost {
  /** Version of core. */
  readonly version: string;
  readonly task: Task | undefined;
  readonly hooks: CascadeHooks & LifecycleHooks;
  readonly log: Logger;
}

export interface Plugin<S extends Stage = Stage> {
  /** npm name; on every error, trace and log line. */
  readonly name: string;
  /** Range of the plugin API it was built against, such as `'^1'`; checked at load. */
  readonly api: string;
  readonly version?: string;
  /** Plugins whose hooks and `ready` come first, where they are present. */
  readonly after?: readonly string[];
  /** Of all its hooks and of `ready`, before or after the plugins that say nothing. */
  readonly order?: HookOrder;
  /** Plugins that must be present. */
  readonly requires?: readonly string[];
  readonly stages?: readonly S[];
  readonly hooks?: { readonly [Name in HookName]?: ObjectHook<HookHandlers[Name]> };
  readonly sources?: readonly Source[];
  readonly targets?: readonly Target[];
  /** Kinds of datasets that it reads. */
  readonly formats?: readonly DataFormat[];
  /** Ways to make another picture of a picture. */
  readonly augmentations?: readonly Augmentation[];
  readonly engines?: readonly Engine[];
  readonly commands?: readonly Command[];
  /** The escape hatch: raw tapable. */
  setup?(host: PluginHost): MaybePromise<void>;
  /** What `sv doctor` reports of it; must not load models. `dir` is the folder of the config. */
  doctor?(ctx: {
    readonly log: Logger;
    readonly dir: string;
    readonly task: Task | undefined;
  }): MaybePromise<readonly Finding[]>;
}
