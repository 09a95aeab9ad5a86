/** One stage of a learned ensemble. */
export interface StackedStage {
  readonly stage: string;
  /** Of the `StageIdentity` it was fitted with; another model is refused. */
  readonly sha256: string;
  /** `softmax`: at least 0, all sum to 1. `logistic`: any number, multiplied with the log-odds. */
  readonly weight: number;
  /** `logistic` only: added to the log-odds where the stage did not answer. */
  readonly missing?: number;
}

/**
 * Weights of an ensemble, learned on labelled answers: a `stack.json`.
 *
 * `softmax`: Σ wᵢ·xᵢ with weights that sum to 1, where x is the score or its log-odds; of stages that did not answer the
 * weights are dealt to the others. `logistic`: sigmoid(intercept + Σ wᵢ·logit(scoreᵢ)), where a stage that did not answer
 * adds its `missing` (Wolpert, Stacked generalization, 1992; missing-indicator method).
 */
export interface Stack {
  readonly version: 1;
  readonly kind: 'stack';
  readonly method: 'softmax' | 'logistic';
  /** What the weights multiply; `logistic` is always on log-odds. */
  readonly space: 'logOdds' | 'probability';
  readonly intercept: number;
  readonly stages: readonly StackedStage[];
  /** Samples and groups that it was fitted on. */
  readonly n: number;
  readonly groups: number;
  readonly data: { readonly name: string; readonly sha256: string };
  /** Figures on samples that the weights they were judged with had not seen. */
  readonly heldOut: Readonly<Record<string, unknown>>;
}
