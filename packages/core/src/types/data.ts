import type { Logger } from './log.js';
import type { Box } from './result.js';
import type { MaybePromise } from './stage.js';
import type { Task } from './task.js';

/** One picture of a dataset, with what is known of it. */
export interface Sample {
  /** Unique in its dataset: a path relative to it where it is a file. */
  readonly id: string;
  /** The class, by a name of the task where there is a task; `null` where nobody has said. */
  readonly label: string | null;
  /** Near-duplicates (a clip, a scene, a camera) share one: a split never parts a group. Its own id where nothing is known. */
  readonly group: string;
  /** Where it comes from, for weights and slices: `real`, `generated`, the name of a collection. */
  readonly source: string;
  /** The part of the data it was put into: `train`, `calibration`, `test`. Absent where the dataset was not split. */
  readonly split?: string;
  /** What else the dataset says of it; JSON values. */
  readonly meta: Readonly<Record<string, unknown>>;
  readonly boxes?: readonly Box[];
  /** Of the encoded picture, hex, where the dataset knows it. */
  readonly sha256?: string;
  /** Absolute path, where the picture is a file of its own. */
  readonly file?: string;
  /** The encoded picture; may be asked again. Throws `SV_INPUT_*`, `SV_IMAGE_*`, `SV_DATA_*`. */
  read(): Promise<Uint8Array>;
}

/** Something in a dataset that is left out, and why. */
export interface DataProblem {
  /** The row, line or file. */
  readonly where: string;
  readonly code: string;
  readonly message: string;
}

/** Labelled pictures that are read one after the other. */
export interface Dataset {
  /** As the user wrote it. */
  readonly name: string;
  /** How many samples, where that is known before they are read. */
  readonly count?: number;
  /** In a fixed order. What cannot be used is told to `problem` of the context and left out. May be called again. */
  samples(): AsyncIterable<Sample>;
}

/** What a format has at hand. */
export interface DataContext {
  /** Folder that a relative reference starts from. */
  readonly dir: string;
  /** Folder of the config, for references that stand in it; absent where there is no config. */
  readonly configDir?: string;
  readonly task: Task | undefined;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** The column or metadata key that says the group, where the user named one. */
  readonly group?: string;
  /** What the config says of the network and the cache; it holds for data as for models. Absent: what the environment says. */
  readonly remote?: { readonly cache?: string; readonly offline?: boolean; readonly endpoint?: string };
  /** Told of each sample that is left out. */
  problem(problem: DataProblem): void;
}

/** Reads one kind of dataset. */
export interface DataFormat<Name extends string = string> {
  /** `csv`; a user may write `csv:labels.csv` to insist on it. */
  readonly name: Name;
  /** For people: `labels.csv: file, label, group and any other columns`. */
  readonly description: string;
  /** Whether it reads this reference; looks at names and first bytes only. Absent: only by name. */
  detect?(ref: string, ctx: DataContext): MaybePromise<boolean>;
  /** @param ref without the name of the format. Throws `SV_DATA_*`. */
  open(ref: string, ctx: DataContext): MaybePromise<Dataset>;
}
