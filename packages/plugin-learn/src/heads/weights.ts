/** One linear layer: `outputs = weight · inputs + bias`. */
export interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  /** `[outputs, inputs]`, row-major. */
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}

/** What is done to a feature before the first layer: `(x − mean) · scale`. The scale of a constant feature is 0. */
export interface Standardisation {
  readonly mean: Float32Array;
  readonly scale: Float32Array;
}

/** All numbers of a head. Read them back from its file with `readHeadWeights`. */
export interface HeadWeights {
  readonly dimension: number;
  readonly classes: number;
  readonly standardisation: Standardisation | null;
  /** One stack of layers per seed; their probabilities are averaged. */
  readonly members: readonly (readonly Layer[])[];
}

/** Logits of the last layer: of two classes one, else one per class. */
export const logitsOf = (classes: number): number => (classes === 2 ? 1 : classes);

/** Sizes of hidden layers. */
export const hiddenOf = (layers: readonly Layer[]): number[] => layers.slice(0, -1).map(({ outputs }) => outputs);
