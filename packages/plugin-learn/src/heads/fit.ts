import type { ResolvedOptions } from './options.js';
import type { EpochPoint, FeatureSet, TrainContext } from './types.js';
import type { HeadWeights, Standardisation } from './weights.js';

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
