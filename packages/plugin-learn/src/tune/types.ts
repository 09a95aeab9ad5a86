import type { Variant } from '../evaluate/types.js';
import type { Interval } from '../metrics/types.js';

export type TuneMetric = 'mcc' | 'balancedAccuracy' | 'accuracy';

export interface TuneOptions {
  /** What is to be as high as it can be. @default 'mcc' */
  readonly metric?: TuneMetric;
  /** Mean milliseconds of an answer, at most. @default no limit */
  readonly budgetMs?: number;
  /** Mean price of an answer, at most; needs `prices`. @default no limit */
  readonly budgetPrice?: number;
  /** What it costs to ask a stage once. */
  readonly prices?: Readonly<Record<string, number>>;
  /** What-ifs. @default 2000 */
  readonly tries?: number;
  /** Also searches how much each stage counts where several have spoken. @default true */
  readonly weights?: boolean;
  /** @default 0 */
  readonly seed?: number;
  /** Share of the groups that is searched on, where the data is not split; the rest judges. In (0, 1). @default 0.5 */
  readonly share?: number;
  /** Resamples behind the intervals. @default 1000 */
  readonly resamples?: number;
  /** In (0, 1). @default that of the task */
  readonly threshold?: number;
}

/** What a step was set to. */
export interface TunedStep {
  readonly step: number;
  readonly stages: readonly string[];
  /** `null`: none; the last step needs none. */
  readonly window: readonly [low: number, high: number] | null;
  /** Weights of the stages that are fused; `null`: as configured. */
  readonly weights: Readonly<Record<string, number>> | null;
  /** Why it was left as it is. */
  readonly left?: string;
}

/** Figures on pictures that the search has not seen. */
export interface HeldOut extends Omit<Variant, 'name' | 'kind' | 'efficient' | 'error'> {
  /** Of the metric; `null` where it is not defined. */
  readonly value: number | null;
  readonly interval: Interval | null;
}

/** What a search came to. */
export interface Tuning {
  readonly version: 1;
  readonly metric: TuneMetric;
  readonly budget: { readonly ms: number | null; readonly price: number | null };
  readonly threshold: number;
  readonly seed: number;
  readonly tries: number;
  readonly parts: {
    /** Name of the part of the data, or `null` where groups were dealt. */
    readonly search: { readonly name: string | null; readonly n: number; readonly groups: number };
    readonly judge: { readonly name: string | null; readonly n: number; readonly groups: number };
  };
  readonly steps: readonly TunedStep[];
  /** What it came to where it was searched: flattering. */
  readonly searched: { readonly value: number | null; readonly ms: number; readonly price: number | null };
  /** What it comes to on the other part. */
  readonly heldOut: HeldOut;
  /** The cascade as it was, on the other part. */
  readonly before: HeldOut;
  /** `heldOut − before`, pictures paired. */
  readonly gain: { readonly value: number; readonly interval: Interval; readonly pValue: number } | null;
  /** The held-out mean is within the budget too. */
  readonly withinBudget: boolean;
  /** For `sv.config.ts`. */
  readonly snippet: string;
  readonly caveats: readonly string[];
}
