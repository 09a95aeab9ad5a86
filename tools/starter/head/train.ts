import type { Backbone, HeadMetadata } from '@streetvision/plugin-dinov3';
import { type Matrix, select } from '../data/matrix.js';
import type { Sample } from '../data/samples.js';
import { allColumns, type Candidate, choose, fitHead, leaveOneGroupOut } from '../evaluate/held-out.js';
import { logits } from './logistic.js';
import { writeHead } from './write.js';

/** A head, and what it and its like say of the pictures. */
export interface TrainedHead {
  readonly bytes: Uint8Array;
  readonly metadata: HeadMetadata;
  readonly ridge: number;
  /** Log-odds by the head itself, for every picture. */
  readonly scores: Float64Array;
  /** Log-odds by heads that saw nothing of the picture's group, their ridge chosen without it too; NaN off `rows`. */
  readonly heldOut: Float64Array;
}

/** What is decided; the same words as in the task package. */
export const CLASSES = { classes: ['no_roadwork', 'roadwork'], positive: 'roadwork' } as const;

/**
 * Trains a head on some rows, the ridge chosen by leaving out each group in turn.
 * @param trained further facts for the head's metadata
 */
export function trainHead(
  backbone: Pick<Backbone, 'id' | 'sha256' | 'feature' | 'l2' | 'preprocessing'>,
  x: Matrix,
  samples: readonly Sample[],
  rows: readonly number[],
  trained: Readonly<Record<string, unknown>>,
): TrainedHead {
  const heldOut = leaveOneGroupOut(x, samples, rows, (training) => choose(x, samples, training, allColumns));
  const candidate: Candidate = choose(x, samples, rows, allColumns);
  const linear = fitHead(x, samples, rows, candidate);
  const metadata = headMetadata(backbone, x.columns, { ridge: candidate.ridge, ...trained });
  const everything = Array.from({ length: x.rows }, (_, i) => i);
  return {
    bytes: writeHead(linear, metadata),
    metadata,
    ridge: candidate.ridge,
    scores: logits(linear, select(x, everything)),
    heldOut,
  };
}

/** What a head says of itself: what it was trained on, and with whatever else is told. */
export function headMetadata(
  { id, sha256, feature, l2, preprocessing }: Pick<Backbone, 'id' | 'sha256' | 'feature' | 'l2' | 'preprocessing'>,
  dimension: number,
  trained: Readonly<Record<string, unknown>>,
): HeadMetadata {
  return {
    version: 1,
    backbone: { id, sha256 },
    feature,
    l2,
    dimension,
    preprocessing,
    ...CLASSES,
    calibration: null,
    trained: { method: 'logistic regression, classes and clips balanced, L-BFGS', ...trained },
  };
}
