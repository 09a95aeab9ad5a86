import type { Sample } from '@streetvision/core';
import type { TrainedHead } from '@streetvision/plugin-learn';

/** A backbone with the features of all samples. */
export interface Bench {
  readonly name: string;
  readonly folder: string;
  /** Row by row, in the order of the samples. */
  readonly features: Float32Array;
  readonly dimension: number;
  /** What a head's file must carry to be taken. */
  metadata(head: TrainedHead): Readonly<Record<string, string>>;
}

/** Samples that are judged clip by clip. */
export interface Clips {
  readonly samples: readonly Sample[];
  /** 1 where there is roadwork. */
  readonly labels: Uint8Array;
  readonly names: readonly string[];
  /** Indices of the samples of no such clip. */
  without(...clips: readonly string[]): readonly number[];
  /** Indices of the samples of a clip. */
  of(clip: string): readonly number[];
}

/** What a variant said of all samples. */
export interface Answers {
  readonly scores: Float64Array;
  /** Median milliseconds of a picture that nobody has seen, one at a time. */
  readonly ms: number;
}
