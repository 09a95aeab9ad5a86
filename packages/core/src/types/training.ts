import type { Frame } from './frame.js';
import type { LoadContext, MaybePromise, StageContext } from './stage.js';

/**
 * How a stage's head is trained: its frozen part turns a frame into numbers, a head over them is what training makes.
 *
 * A head is an ONNX graph. It takes `embedding`, float32 `[batch, dimension]`, and answers `probability`, float32:
 * `[batch]` or `[batch, 1]` is P(positive), `[batch, classes]` one probability per class.
 */
export interface HeadSlot {
  /** Opens the frozen part; no head is needed. Throws `SV_BACKBONE_*`, `SV_MODEL_*`, `SV_ENGINE_*`. */
  open(ctx: LoadContext): MaybePromise<FrozenBackbone>;
}

/** The frozen part of a stage, open. */
export interface FrozenBackbone {
  /** For people. */
  readonly id: string;
  /** What the numbers depend on (weights, feature, preprocessing), as JSON: equal identities give equal embeddings. */
  readonly identity: Readonly<Record<string, unknown>>;
  /** Length of an embedding, where it is known before the first frame. */
  readonly dimension: number | undefined;
  /** Batches that may run at once. */
  readonly parallel: number;
  readonly maxBatch: number;
  /** One embedding per frame, in order; kept in the stage's own cache. Throws `SV_IMAGE_*`, `SV_ENGINE_*`, `SV_STAGE_OUTPUT`. */
  embed(frames: readonly Frame[], ctx: Pick<StageContext, 'stack' | 'signal'>): Promise<readonly Float32Array[]>;
  /** Key-value pairs that a head's ONNX file must carry for this stage to take it. */
  headMetadata(head: HeadFacts): Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** What training knows of a head. */
export interface HeadFacts {
  readonly dimension: number;
  readonly classes: readonly [string, string, ...string[]];
  readonly positive: string;
  /** Inputs of the graph, float32 `[batch, width]`, that multiply hidden units and default to ones: masks for MC dropout. */
  readonly dropout?: {
    readonly rate: number;
    readonly masks: readonly { readonly input: string; readonly width: number }[];
  };
  /** Free: data, date, figures. JSON. */
  readonly trained: Readonly<Record<string, unknown>>;
}
