import type { ImageLimits } from '../../types/frame.js';

/** What became of one stage, as an output row tells it. */
export interface ReportTrace {
  readonly stage: string;
  readonly step?: number;
  readonly status?: string;
  readonly score: number | null;
  /** What its calibration makes of the score. */
  readonly calibrated?: number;
  readonly reason?: string;
  readonly code?: string;
  /** Milliseconds. */
  readonly ms: { readonly queue: number; readonly preprocess: number; readonly compute: number };
}

/** A picture that was answered. */
export interface AnsweredRow {
  readonly input: string;
  /** P(positive class) in [0, 1]. */
  readonly score: number;
  readonly label: string;
  readonly exit: { readonly after: string; readonly reason: string; readonly step?: number };
  /** Wall-clock milliseconds. */
  readonly ms: number;
  readonly trace: readonly ReportTrace[];
}

/** A picture that was not. */
export interface ErrorRow {
  readonly input: string;
  readonly error: { readonly code: string; readonly message: string };
}

/** One row of `sv run --jsonl`; further keys are kept and shown as they are. */
export type ReportRow = AnsweredRow | ErrorRow;

/** A step of the cascade, as text. */
export interface ReportStep {
  readonly run: readonly string[];
  /** Exit rules for people: `window(0.12, 0.88)`. */
  readonly exit?: readonly string[];
  /** Bounds of its window. Where it is left out they are read from the reasons that rows give. */
  readonly window?: readonly [low: number, high: number];
}

/** Where a thumbnail comes from: encoded bytes, a path, or a function that brings either when its turn comes. */
export type Picture = Uint8Array | string | (() => Promise<Uint8Array | string | undefined>);

export interface ReportOptions {
  /** The HTML file. A file that is already there is replaced when the report is finished, and not before. */
  readonly file: string;
  /** @default the name of the task, or 'Cascade' */
  readonly title?: string;
  readonly task?: {
    readonly name: string;
    readonly classes: readonly string[];
    readonly positive: string;
    readonly threshold?: number;
  };
  readonly cascade?: readonly ReportStep[];
  /** How many rows will come, where that is known: few pictures get larger thumbnails. */
  readonly expected?: number;
  /** Width of the thumbnails in pixels; `0` leaves them out. @default 400 for few rows down to 160 for thousands */
  readonly thumbnailWidth?: number;
  /** Limits of the pictures, as the config sets them for the run. @default 32 MiB, 64 megapixels */
  readonly images?: ImageLimits;
}

export interface ReportEnd {
  /** Wall-clock milliseconds of the run, for images per second. Without it the rate is left out. */
  readonly elapsedMs?: number;
  /** The run was stopped before its end. @default false */
  readonly interrupted?: boolean;
}

/** A report that is being written. */
export interface Report {
  /**
   * Takes one row, in the order in which the report shows them. Await it: it resolves at once while few thumbnails
   * are being made, and waits while many are.
   */
  add(row: ReportRow, picture?: Picture): Promise<void>;
  /** Writes the rest and puts the file in its place. */
  finish(end?: ReportEnd): Promise<void>;
  /** Throws away what was written. */
  abort(): Promise<void>;
}
