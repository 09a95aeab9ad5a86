import type { ResolvedOptions } from './options.js';
import type { EpochPoint, FeatureSet, TrainContext } from './types.js';
import type { HeadWeights, Layer, Standardisation } from './weights.js';

/** What every kind of head is fitted on. */
export interface Fit {
  readonly train: FeatureSet;
  readonly validation: FeatureSet | undefined;
  readonly options: ResolvedOptions;
  readonly classes: number;
  readonly standardisation: Standardisation | null;
  readonly context: TrainContext;
}

/** What comes of it. */
export interface Fitted {
  readonly members: HeadWeights['members'];
  readonly curve: readonly EpochPoint[];
}

/** A head of one layer, which is fitted in one go. */
export interface OneLayer {
  readonly layer: Layer;
  /** Mean over the samples it was fitted on. */
  readonly loss: number;
}
