import type { EpochPoint, TrainedHead } from '../heads/types.js';
import type { Interval, Metrics } from '../metrics/types.js';
import type { FoldFacts } from './held-out.js';
import type { Penalty } from './penalty.js';

/** What `run.json` says of a training. All numbers are finite or `null`. */
export interface Run {
  readonly version: 1;
  readonly kind: 'head';
  /** What made it: two runs of the same versions on the same data give the same bytes. */
  readonly versions: Readonly<Record<string, string>>;
  readonly date: string | null;
  readonly task: string | null;
  readonly stage: { readonly name: string; readonly plugin: string };
  readonly backbone: { readonly id: string; readonly identity: Readonly<Record<string, unknown>> };
  readonly data: RunData;
  readonly head: {
    /** Relative to the run folder. */
    readonly file: string;
    /** Of the file, hex. */
    readonly sha256: string;
    readonly dimension: number;
    readonly classes: readonly string[];
    readonly positive: string;
    readonly options: TrainedHead['options'];
    readonly penalty: Penalty | null;
    readonly groupWeights: 'samples' | 'sqrt' | 'equal';
    /** Samples that were kept aside to tell when to stop. */
    readonly stopping: number;
  };
  readonly curve: readonly EpochPoint[];
  /** Every sample judged by a head that saw nothing of its group; `null` where groups are too few or folds were not wanted. */
  readonly heldOut: HeldOutFigures | null;
  /** The head on the samples it was trained on: what it cannot do even here, no data of this kind will teach it. */
  readonly itself: Figures;
  /** With an earlier head: what it says of the new samples, none of which it has seen. */
  readonly earlier: { readonly from: string; readonly figures: Figures } | null;
}

export interface RunData {
  readonly name: string;
  /** Over id, label, group and picture of every sample, in order, hex. */
  readonly sha256: string;
  readonly split: string | null;
  readonly n: number;
  readonly byClass: Readonly<Record<string, number>>;
  readonly bySource: Readonly<Record<string, number>>;
  readonly groups: number;
  /** How many of `n` come from an earlier run or dataset. */
  readonly replayed: number;
  readonly unlabelled: number;
  /** Left out or remarkable, with the reason; the first hundred. */
  readonly problems: readonly { readonly where: string; readonly code: string; readonly message: string }[];
  readonly problemCount: number;
}

/** Figures; those of pictures that were held out have 95 % intervals of a bootstrap that draws whole groups. */
export interface Figures {
  readonly metrics: Metrics;
  /** Share of samples whose likeliest class is the right one. */
  readonly topAccuracy: number | null;
  readonly intervals: Readonly<Partial<Record<keyof Metrics, Interval | null>>>;
}

export interface GroupFigures {
  readonly n: number;
  readonly positives: number;
  readonly recall: number | null;
  readonly falsePositiveRate: number | null;
  readonly auroc: number | null;
}

export interface HeldOutFigures extends Figures {
  readonly folds: number;
  /** Samples of folds that could not be judged: without them there was one class only. */
  readonly notJudged: number;
  readonly perFold: readonly FoldFacts[];
  /** Groups of more than one picture. */
  readonly byGroup: Readonly<Record<string, GroupFigures>>;
  readonly bySource: Readonly<Record<string, GroupFigures>>;
  /** New samples and replayed ones apart, where some were replayed. */
  readonly byOrigin?: Readonly<Record<'new' | 'replayed', Metrics>>;
}
