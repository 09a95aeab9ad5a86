import type { CoveragePoint, PrPoint, ReliabilityBin, RocPoint } from '../metrics/index.js';
import type { Interval, Metrics } from '../metrics/types.js';
import type { RecordingConditions } from '../recording/types.js';

/** Figures of a slice of the answers. */
export type Slice = Pick<
  Metrics,
  | 'n'
  | 'positives'
  | 'accuracy'
  | 'balancedAccuracy'
  | 'recall'
  | 'specificity'
  | 'auroc'
  | 'mcc'
  | 'f1'
  | 'brier'
  | 'ece'
>;

/** A step of the cascade, over all answers. */
export interface StageFigures {
  /** Stages of the step, joined with `+`, as `exit.after` has them. */
  readonly stage: string;
  readonly step: number;
  /** Share of the answers that were given after it. */
  readonly share: number;
  readonly exits: number;
  /** Share of wrong ones among them; `null` without any. */
  readonly errorAmongExits: number | null;
  /** 95 % interval of that share: exact where every frame is its own group, else by groups (Korn & Graubard). */
  readonly errorInterval: Interval | null;
  /** Mean milliseconds of an answer, preprocessing included and waiting left out; `null` where it never answered. */
  readonly ms: number | null;
  /** Share of the frames that came to it. */
  readonly reached: number;
  readonly answered: number;
  readonly abstained: number;
  readonly failed: number;
  /** Mean price of asking it, where a stage of it has one. */
  readonly price: number | null;
}

/** A cascade that might be, on the same answers. */
export interface Variant {
  readonly name: string;
  readonly kind: 'configured' | 'prefix' | 'alone' | 'without' | 'window';
  readonly n: number;
  readonly accuracy: number | null;
  readonly balancedAccuracy: number | null;
  readonly mcc: number | null;
  readonly auroc: number | null;
  readonly ms: number | null;
  readonly price: number | null;
  /** Frames without an answer. */
  readonly unanswered: number;
  /** No other variant is at least as accurate and at most as slow. */
  readonly efficient: boolean;
  /** Why it cannot be built: then all figures are `null`. */
  readonly error?: string;
}

/** One frame, as it was answered. */
export interface JudgedAnswer {
  readonly id: string;
  readonly truth: string;
  /** 1 for the positive class, else 0. */
  readonly positive: 0 | 1;
  readonly score: number;
  /** Class decided for. */
  readonly label: string;
  readonly correct: boolean;
  /** Where the cascade ended. */
  readonly stage: string;
  readonly reason: string;
  readonly ms: number;
  readonly price: number | null;
  readonly group: string;
  readonly source: string;
}

/** Something that a reader of the figures should know. */
export interface Caveat {
  readonly code:
    | 'one-class'
    | 'few'
    | 'few-groups'
    | 'trained-on'
    | 'trained-groups'
    | 'calibrated-on'
    | 'needless-stage'
    | 'unanswered'
    | 'ungrouped'
    | 'concurrency'
    | 'threshold'
    | 'resamples';
  readonly message: string;
}

/** What an evaluation comes to. All numbers are finite or `null`. */
export interface Evaluation extends Metrics {
  readonly version: 1;
  readonly task: { readonly name: string; readonly classes: readonly string[]; readonly positive: string };
  readonly threshold: number;
  readonly data: {
    readonly name: string;
    readonly split: string | null;
    /** Pictures whose answers an earlier run had recorded. */
    readonly known: number;
  };
  /** Steps with their stages. */
  readonly cascade: readonly (readonly string[])[];
  /** `null` where the recording does not say. */
  readonly made: RecordingConditions | null;
  readonly byGroup: Readonly<Record<string, Slice>>;
  readonly bySource: Readonly<Record<string, Slice>>;
  /** By metadata columns that were asked for: column → value → figures. */
  readonly by: Readonly<Record<string, Readonly<Record<string, Slice>>>>;
  readonly stages: readonly StageFigures[];
  /** Of more than two classes: each class against each. */
  readonly classes: {
    readonly accuracy: number | null;
    /** Truth → decided → count. */
    readonly confusion: Readonly<Record<string, Readonly<Record<string, number>>>>;
  };
  readonly cost: {
    readonly ms: { readonly mean: number; readonly p50: number; readonly p95: number; readonly max: number };
    /** Mean price of an answer, where a stage has one. */
    readonly price: number | null;
    readonly prices: Readonly<Record<string, number>>;
  };
  readonly intervals: Readonly<Partial<Record<keyof Metrics, Interval | null>>>;
  readonly bootstrap: {
    readonly confidence: number;
    readonly resamples: number;
    readonly seed: number;
    readonly grouped: boolean;
  };
  readonly reliability: readonly ReliabilityBin[];
  readonly roc: readonly RocPoint[];
  readonly pr: readonly PrPoint[];
  readonly riskCoverage: readonly CoveragePoint[];
  readonly histogram: readonly {
    readonly low: number;
    readonly high: number;
    readonly positives: number;
    readonly negatives: number;
  }[];
  readonly ablation: readonly Variant[];
  readonly pareto: readonly Variant[];
  readonly skipped: { readonly unlabelled: number; readonly failed: Readonly<Record<string, number>> };
  readonly failed: readonly { readonly id: string; readonly code: string; readonly message: string }[];
  readonly caveats: readonly Caveat[];
  readonly answers: readonly JudgedAnswer[];
}

export interface EvaluateOptions {
  /** The part of the data, or several. @default `test` where the data is split, else all of it */
  readonly split?: string | readonly string[];
  /** Metadata columns to slice by. */
  readonly by?: readonly string[];
  /** A score at or above it is called positive. In [0, 1]. @default that of the task */
  readonly threshold?: number;
  /** What it costs to ask a stage once, in any currency. */
  readonly prices?: Readonly<Record<string, number>>;
  /**
   * Resamples of the bootstrap; 0 leaves intervals out.
   * @default 1000; beyond 200,000 answers fewer, so that the work stays the same: a caveat says so
   */
  readonly resamples?: number;
  /** @default 0 */
  readonly seed?: number;
  /** Of intervals, in (0, 1). @default 0.95 */
  readonly confidence?: number;
}
