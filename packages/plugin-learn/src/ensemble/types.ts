import type { Stack } from '@streetvision/core';

export interface StackOptions {
  /** `softmax`: weights that sum to 1. `logistic`: any weights and an intercept. @default 'softmax' */
  readonly method?: Stack['method'];
  /** What softmax weights multiply; `logistic` is always on log-odds. @default 'logOdds' */
  readonly space?: Stack['space'];
  /** Parts that the groups are dealt to for the held-out figures; fewer where there are fewer groups. @default 5 */
  readonly folds?: number;
  /** Inverse of the penalty that pulls towards equal weights. @default 1 */
  readonly c?: number;
  /** Deals the groups. @default 0 */
  readonly seed?: number;
}

/** The part of a stack that is fitted. */
export type Weights = Pick<Stack, 'method' | 'space' | 'intercept' | 'stages'>;

/** Options with every default written out. */
export type Settings = Required<StackOptions>;
