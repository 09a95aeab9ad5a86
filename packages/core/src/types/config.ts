import type { EngineOptions } from './engine.js';
import type { ImageLimits } from './frame.js';
import type { ExitRule, FuseRule } from './hooks.js';
import type { Plugin } from './plugin.js';
import type { Evidence, Verdict } from './result.js';
import type { RunContext, Stage } from './stage.js';
import type { Task } from './task.js';

export type Falsy = false | null | undefined | '' | 0;

// biome-ignore lint/suspicious/noExplicitAny: any plugin, whatever its stages
export type AnyPlugin = Plugin<any>;

/**
 * A plugin as an object; or, for YAML and JSON, by package name or path: `'@scope/sv-plugin-x'`,
 * `['./plugins/mine.ts', { option: 1 }]`.
 */
export type PluginEntry = AnyPlugin | string | readonly [name: string, options?: unknown] | Falsy;

/** The stages that a list of plugins brings. A string entry brings names that only load time knows. */
export type StagesOf<P extends readonly PluginEntry[]> =
  Extract<P[number], AnyPlugin> extends Plugin<infer S> ? S : never;

/** The names that `run` may use. */
export type StageNames<P extends readonly PluginEntry[]> =
  Extract<P[number], string | readonly unknown[]> extends infer Loose
    ? [Exclude<Loose, ''>] extends [never]
      ? StagesOf<P>['name']
      : string
    : never;

export type OutputOf<S extends Stage, Name extends S['name']> =
  // biome-ignore lint/suspicious/noExplicitAny: state does not matter here
  Extract<S, { name: Name }> extends Stage<any, any, infer Output> ? Output : never;

/** Whether a step runs at all. */
export type When = (verdict: Verdict, evidence: Evidence, ctx: RunContext) => boolean;

/** One entry of `cascade`: a stage, or several side by side. */
export interface Step<Name extends string = string> {
  readonly run: Name | readonly Name[];
  /** Skips the step unless it says yes. */
  readonly when?: When;
  /** @default mean() */
  readonly fuse?: FuseRule;
  /** One rule, or several of which the first to answer wins. */
  readonly exit?: ExitRule | readonly ExitRule[];
  /** For each stage of the step, queueing included. */
  readonly timeoutMs?: number;
  /** What a failed or late stage means: the run fails, it goes on without it, or another stage answers. @default 'fail' */
  readonly onError?: 'fail' | 'skip' | { readonly use: Name };
}

export interface Budget {
  /** For one run, queueing included. @default none */
  readonly ms?: number;
  /** Runs at once. @default the number of cores, at least 2 */
  readonly concurrency?: number;
  /** Runs that may wait; beyond them `SV_OVERLOADED`. @default 64 */
  readonly queue?: number;
  /** When `ms` is spent: answer with the evidence so far, or fail. @default 'answer' */
  readonly onExceeded?: 'answer' | 'fail';
}

export interface ModelsOptions {
  /** Folder of verified weights. @default `$SV_CACHE`, or `streetvision` in the user's cache folder */
  readonly cache?: string;
  /** Never touches the network. @default false, or `SV_OFFLINE` */
  readonly offline?: boolean;
  /** Lock file. @default `sv.lock` beside the config */
  readonly lock?: string;
  /**
   * A mirror of the Hugging Face hub; https, or http on loopback. A token has no place here, since configs are
   * committed: it stays in `$HF_TOKEN`. @default `$HF_ENDPOINT`, or `https://huggingface.co`
   */
  readonly endpoint?: string;
}

export interface UserConfig<P extends readonly PluginEntry[] = readonly PluginEntry[]> {
  /** What is decided. Without one the cascade works on whatever classes its stages name. */
  readonly task?: Task | string | readonly [name: string, options?: unknown];
  readonly plugins: P;
  readonly cascade: readonly Step<StageNames<P>>[];
  readonly budget?: Budget;
  readonly engine?: EngineOptions;
  readonly models?: ModelsOptions;
  readonly images?: ImageLimits;
}
