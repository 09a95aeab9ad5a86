import type { EngineOptions, Session } from '@streetvision/core';
import type { HeadWeights } from './weights.js';

/** Features of samples, row by row, with what is known of them. */
export interface FeatureSet {
  /** `[count, dimension]`, row-major. */
  readonly features: Float32Array;
  readonly dimension: number;
  /** Index of the class of each sample; of two classes 1 is the positive one. */
  readonly labels: Uint8Array;
  /** Near-duplicates share one. */
  readonly groups: readonly string[];
  /** How much each sample counts, above 0. @default 1 */
  readonly weights?: Float32Array;
}

/** Which head, and how it is trained. Every number is reproducible from `seed`. */
export interface HeadOptions {
  /** `logistic`: L-BFGS. `linear` and `mlp`: AdamW. `svm`: L2 squared hinge, made a probability with Platt. @default 'logistic' */
  readonly kind?: 'logistic' | 'linear' | 'mlp' | 'svm';
  /** Sizes of hidden layers of an `mlp`. @default [256] */
  readonly hidden?: readonly number[];
  /** After each hidden layer, in [0, 1). @default 0.3 */
  readonly dropout?: number;
  /** `bce`: cross-entropy, over the softmax where classes are more than two. @default 'bce' */
  readonly loss?: 'bce' | 'focal';
  /** Exponent of the focal loss. @default 2 */
  readonly gamma?: number;
  /** In [0, 0.5). @default 0 */
  readonly labelSmoothing?: number;
  /** `balanced`: classes count the same however frequent. @default 'balanced' */
  readonly classWeights?: 'balanced' | 'none';
  /** Inverse of the L2 penalty of `logistic` and `svm`. @default 1 */
  readonly c?: number;
  /** @default 100 */
  readonly epochs?: number;
  /** @default 256 */
  readonly batchSize?: number;
  /** @default 1e-3 */
  readonly learningRate?: number;
  /** Of AdamW, decoupled; biases do not decay. @default 1e-2 */
  readonly weightDecay?: number;
  /** Share of the steps in which the learning rate rises, before its cosine fall. @default 0.05 */
  readonly warmup?: number;
  /** Largest norm of the gradient of all weights. @default none */
  readonly clip?: number;
  /** Mixup in feature space: the share of a sample is drawn from Beta(mixup, mixup), once a batch; 0 is off. @default 0 */
  readonly mixup?: number;
  /**
   * Synthetic hard negatives in feature space (MoCHi types 1 and 2), as a share of a batch; 0 is off. At most 0.5. They
   * come from the second epoch on, when the network has judged every negative. @default 0
   */
  readonly hardNegatives?: number;
  /** Weight of a supervised contrastive term (temperature 0.1) on the last hidden layer of an `mlp`; 0 is off. @default 0 */
  readonly contrastive?: number;
  /** Epochs without a better `metric` on the validation samples after which training ends. @default 10 */
  readonly patience?: number;
  /** Tells the best epoch, whose weights are kept; where two are equal, the log loss does. @default 'mcc' */
  readonly metric?: 'mcc' | 'auroc' | 'balancedAccuracy' | 'logLoss';
  /** Heads trained from `seed`, `seed + 1`, …, whose probabilities are averaged. @default 1 */
  readonly seeds?: number;
  /** @default 0 */
  readonly seed?: number;
  /** Features are brought to mean 0 and deviation 1; kept in the head. @default true */
  readonly standardise?: boolean;
}

/** What training has at hand. */
export interface TrainContext {
  /** Opens a graph, as `LoadContext.open` does. @default an engine of its own, closed when training ends */
  readonly open?: (path: string, options: EngineOptions) => Promise<Session>;
  /** Aborting it rejects with its reason. */
  readonly signal?: AbortSignal;
  /** Told after every epoch. */
  readonly onEpoch?: (point: EpochPoint) => void;
  /** How many classes there are. @default the highest label of the samples + 1, at least 2 */
  readonly classes?: number;
  /** Training goes on from these weights, with their standardisation. @default from random ones */
  readonly from?: HeadWeights;
}

/** One line of a learning curve. */
export interface EpochPoint {
  readonly seed: number;
  readonly epoch: number;
  readonly loss: number;
  /** 1 for `logistic` and `svm`, which choose their steps themselves. */
  readonly learningRate: number;
  /** On the validation samples, where there are some. */
  readonly validation?: { readonly loss: number; readonly metric: number };
}

/** A head that was trained. */
export interface TrainedHead {
  readonly options: Required<Omit<HeadOptions, 'clip'>> & Pick<HeadOptions, 'clip'>;
  readonly dimension: number;
  readonly classes: number;
  readonly curve: readonly EpochPoint[];
  /** Its numbers; the same as `readHeadWeights` finds in its file. */
  readonly weights: HeadWeights;
  /** Inputs of its graph that multiply hidden units, for MC dropout; none without dropout. */
  readonly masks: readonly { readonly input: string; readonly width: number }[];
  /** `[count, classes]` probabilities; of two classes `[count]`, those of the positive one. */
  predict(features: Float32Array): Promise<Float64Array>;
  /** The ONNX file: `embedding` → `probability`, with these key-value pairs. */
  encode(metadata: Readonly<Record<string, string>>): Uint8Array;
}
