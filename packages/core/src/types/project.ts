import type { Augmentation } from './augmentation.js';
import type { Step, UserConfig } from './config.js';
import type { DataProblem, Dataset } from './data.js';
import type { Tensor } from './engine.js';
import type { Frame, TensorSpec } from './frame.js';
import type { Logger } from './log.js';
import type { Plugin } from './plugin.js';
import type { Runtime } from './runtime.js';
import type { LoadContext, Stage } from './stage.js';
import type { Task } from './task.js';

/** A config taken apart, for what works on a cascade rather than with it: training, evaluation, calibration. */
export interface Project {
  readonly config: UserConfig;
  /** Folder that relative paths of the config start from. */
  readonly dir: string;
  readonly task: Task | undefined;
  readonly plugins: readonly Plugin[];
  /** The steps, with rules as functions; rules that read files are not prepared yet. */
  readonly cascade: readonly Step[];
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Throws `SV_CONFIG_STAGE_UNKNOWN`. */
  stage(name: string): { readonly stage: Stage; readonly plugin: string };
  /** What a stage loads from. Sessions that it opens are closed with the project. */
  load(): LoadContext;
  /** `[frames, ...dims]` in one recycled buffer. */
  stack(frames: readonly Frame[], spec: TensorSpec): Promise<Tensor>;
  /** Finds the format that reads `ref` (`photos`, `labels.csv`, `coco:labels.json`) and opens it. Throws `SV_DATA_*`. */
  dataset(ref: string, options?: OpenDatasetOptions): Promise<Dataset>;
  /** Of the plugins, or else of the companion packages: `rain`, `sn72:2026-01`. Throws `SV_DATA_AUGMENTATION`. */
  augmentation(name: string): Promise<Augmentation>;
  /** A cascade of this config, with what `change` changes. Close it yourself. */
  runtime(change?: (config: UserConfig) => UserConfig): Promise<Runtime>;
  close(): Promise<void>;
}

export interface OpenDatasetOptions {
  /** The column or metadata key that says the group. */
  readonly group?: string | undefined;
  /** Told of each sample that is left out. @default a warning in the log */
  readonly problem?: (problem: DataProblem) => void;
  /** Folder that a relative reference starts from. @default where the command was called, or the folder of the config */
  readonly cwd?: string;
}
