import type { ImageLimits, ReplayOutput, StageIdentity } from '@streetvision/core';

/** What one stage said of one frame (whatever it says beside its score is kept, embeddings apart), or why it did not. */
export type RecordedAnswer = ReplayOutput;

/** One frame, with what every stage of the cascade said of it. */
export interface RecordedFrame {
  readonly id: string;
  readonly kind: 'image' | 'video';
  /** Of the encoded picture, hex. */
  readonly sha256: string;
  readonly label: string | null;
  readonly group: string;
  readonly source: string;
  readonly split?: string;
  readonly meta: Readonly<Record<string, unknown>>;
  /** A head that answered was trained on this very picture, or on another of its group, as its run folder says. */
  readonly trainedOn?: 'picture' | 'group';
  /** By stage. */
  readonly answers: Readonly<Record<string, RecordedAnswer>>;
}

/** What a recording was made of. */
export interface RecordingHeader {
  readonly version: 1;
  readonly task: { readonly name: string; readonly classes: readonly string[]; readonly positive: string } | null;
  /** The steps of the cascade, by the names of their stages. */
  readonly steps: readonly (readonly string[])[];
  readonly stages: readonly StageIdentity[];
  readonly data: { readonly name: string };
  /** What else answers depend on, where that is known. */
  readonly config?: RecordedConfig;
  /** How it was measured, where that is known. */
  readonly made?: RecordingConditions;
}

/** What of a config answers depend on, beside models and steps. */
export interface RecordedConfig {
  /** Those with stages, with a `preprocess` or `stage` hook, or with `setup`. In order. */
  readonly plugins: readonly {
    readonly name: string;
    readonly version: string | null;
    /** Hex sha256 over the text of these functions; not over what they have closed over. */
    readonly hooks: string;
  }[];
  /** Limits of pictures; `null` for the usual ones. */
  readonly images: ImageLimits | null;
  /** As `steps` of the header; `kind` where a step is asked about images or videos alone. */
  readonly steps: readonly { readonly timeoutMs: number | null; readonly kind: 'image' | 'video' | null }[];
}

/** What the times of a recording depend on. */
export interface RecordingConditions {
  /** ISO 8601. */
  readonly date: string;
  /** Frames at once. With more than one a stage may batch them, and its time is that of the batch. */
  readonly concurrency: number;
  readonly node: string;
  readonly cpu: string;
  readonly cores: number;
  /** Of core's way from pictures to tensors. */
  readonly preprocessing: number | string;
}

/** What all stages said of all frames of a dataset: enough to answer again under other rules without a model. */
export interface Recording {
  readonly header: RecordingHeader;
  readonly frames: readonly RecordedFrame[];
  /** Frames that no stage could answer for, and samples that were left out. */
  readonly failed: readonly { readonly id: string; readonly code: string; readonly message: string }[];
}
