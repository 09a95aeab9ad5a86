import type { Box, MaybePromise, StageMs, Step, Verdict } from '../types/index.js';

/** What a stage once said of a frame, or why it said nothing. */
export type ReplayOutput =
  | {
      readonly score: number;
      readonly scores?: Readonly<Record<string, number>>;
      readonly boxes?: readonly Box[];
      readonly abstained?: boolean;
      readonly ms: StageMs;
    }
  | { readonly code: string; readonly message: string; readonly ms: StageMs };

/** A frame without its picture, with what the stages once said of it. */
export interface ReplayFrame {
  readonly id: string;
  readonly kind: 'image' | 'video';
  readonly meta: Readonly<Record<string, unknown>>;
  /** Of the encoded picture, hex, for rules that ask for it. */
  readonly sha256?: string;
  /** By stage. */
  readonly answers: Readonly<Record<string, ReplayOutput>>;
}

export interface ReplayOptions {
  /** Other steps than the config's, rules as functions. @default the config's */
  readonly cascade?: readonly Step[];
  /** Milliseconds of recorded time after which a run answers with what it has. @default `budget.ms` of the config */
  readonly budgetMs?: number;
}

/** A step of which something was asked. */
export interface ReachedStep {
  readonly step: number;
  /** Its stages, joined with `+`. */
  readonly name: string;
  /** Stages that were asked, the one that stood in among them. */
  readonly asked: readonly string[];
  /** Of the fused verdict; `null` where nobody decided. */
  readonly score: number | null;
  /** Milliseconds of its slowest stage, and of the one that stood in after it. */
  readonly ms: number;
}

/** The answer that the cascade would have given. */
export interface ReplayAnswer extends Verdict {
  readonly label: string;
  readonly exit: { readonly after: string; readonly step: number; readonly reason: string; readonly score?: number };
  /** A rule said stop; otherwise the cascade came to its end, or ran out of time. */
  readonly decided: boolean;
  readonly reached: readonly ReachedStep[];
  /** Sum over the reached steps; waiting for a place is left out, as it belongs to the load of the recording. */
  readonly ms: number;
}

/** A cascade whose stages answer what they once said. */
export interface Replay {
  readonly steps: readonly { readonly index: number; readonly name: string; readonly stages: readonly string[] }[];
  /**
   * What the cascade would answer, at once where no rule and no plugin makes it wait. Throws, or rejects with, what the
   * runtime would; and `SV_RUN_INVALID` where a stage is asked that has no answer for the frame.
   */
  answer(frame: ReplayFrame): MaybePromise<ReplayAnswer>;
  /** The same plugins under other steps. */
  with(cascade: readonly Step[]): Promise<Replay>;
  /** Closes the plugins that were set up. */
  close(): Promise<void>;
}
