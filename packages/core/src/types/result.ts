/** A box in pixels of the upright frame. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly label: string;
  /** In [0, 1]. */
  readonly score: number;
}

/** What every stage must say, whatever else it says. */
export interface StageOutput {
  /** P(positive class) in [0, 1]. Without a task: how sure the stage is of its best class. */
  readonly score: number;
  /** Probability per class. */
  readonly scores?: Readonly<Record<string, number>>;
  readonly boxes?: readonly Box[];
  /** The stage does not know: rules see it, fusion leaves it out. @default false */
  readonly abstained?: boolean;
  /** Feature vector, where the stage was asked to pass it on. */
  readonly embedding?: Float32Array;
  /** How far several samples of the stage's own answer disagree, where it took some. */
  readonly uncertainty?: Uncertainty;
}

/** Of samples p₁…p_T of one stage's answer for one frame, such as MC dropout (Gal & Ghahramani 2016); entropies in nats. */
export interface Uncertainty {
  /** Standard deviation of the scores (of the T samples, divided by T). */
  readonly std: number;
  /** Of the mean: all that is uncertain. */
  readonly entropy: number;
  /** Mean of the samples' own: what is uncertain in the picture. */
  readonly expectedEntropy: number;
  /** The difference: what the model is uncertain of. */
  readonly mutualInformation: number;
}

/** Milliseconds: waiting for a place, making tensors, computing. */
export interface StageMs {
  readonly queue: number;
  readonly preprocess: number;
  readonly compute: number;
}

/** One stage that answered. */
export interface StageRun<Output extends StageOutput = StageOutput> {
  readonly stage: string;
  /** Index of its step in `cascade`. */
  readonly step: number;
  /** Plugin that answered: the stage's own, or one that tapped the `stage` hook. */
  readonly by: string;
  readonly output: Output;
  readonly ms: StageMs;
}

/** What the stages said so far, oldest first. */
export type Evidence = readonly StageRun[];

/** The fused belief after a step. */
export interface Verdict {
  /** P(positive class) in [0, 1]. */
  readonly score: number;
  readonly scores?: Readonly<Record<string, number>>;
  readonly boxes: readonly Box[];
}

/** The decision to stop. */
export interface Exit {
  /** For people: `score 0.031 outside (0.12, 0.88)`. */
  readonly reason: string;
  /** Replaces the fused score, for a rule that decides rather than stops. In [0, 1]. */
  readonly score?: number;
}

/** What became of one stage for one frame. */
export interface TraceEntry {
  readonly stage: string;
  readonly step: number;
  readonly plugin: string;
  readonly status: 'answered' | 'abstained' | 'skipped' | 'failed' | 'late';
  /** `null` unless it answered. */
  readonly score: number | null;
  /** What its step's calibration makes of the score; in [0, 1]. */
  readonly calibrated?: number;
  /** Why it was skipped, failed or came late. */
  readonly reason?: string;
  /** Code of the failure. */
  readonly code?: string;
  readonly ms: StageMs;
}

export interface Result extends Verdict {
  /** Id of the frame. */
  readonly input: string;
  /** The class decided for. */
  readonly label: string;
  readonly exit: Exit & {
    /** Stages of the step it stopped after, joined with `+`. */
    readonly after: string;
    readonly step: number;
  };
  /** Wall-clock milliseconds from `run` to the answer, admission included. */
  readonly ms: number;
  /** Every stage of every step that was reached, and what became of it. */
  readonly trace: readonly TraceEntry[];
  readonly evidence: Evidence;
}
