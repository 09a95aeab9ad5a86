/** Which vector of a backbone's outputs is the embedding. `cls+mean` is both, one after the other. */
export const FEATURES = ['cls', 'pooler', 'mean', 'cls+mean'] as const;

export type Feature = (typeof FEATURES)[number];

/** @param width length of one vector of the backbone */
export const featureLength = (width: number, feature: Feature): number => (feature === 'cls+mean' ? 2 : 1) * width;

/** Where features lie in a backbone's outputs. */
export interface FeatureLayout {
  /** Row 0 of the tokens stands for the whole picture. */
  readonly cls: boolean;
  /** Rows between CLS and the patches; they are never pooled. */
  readonly registers: number;
  /** The pooler output equals row 0 of the tokens, so that either serves. */
  readonly poolerIsCls: boolean;
  readonly outputs: {
    /** Output of shape `[batch, rows, D]`, or a map `[batch, D, height, width]`. */
    readonly tokens: string;
    /** Output of shape `[batch, D]`. */
    readonly pooler: string;
  };
}

const OUTPUTS = { tokens: 'last_hidden_state', pooler: 'pooler_output' } as const;

/** `[CLS, registers, patches]`; the pooler output is CLS after the last LayerNorm. */
export const clsTokens = (registers: number): FeatureLayout => ({
  cls: true,
  registers,
  poolerIsCls: true,
  outputs: OUTPUTS,
});

/** Patches only, or a map; the pooler output is a vector of its own. */
export const noCls: FeatureLayout = { cls: false, registers: 0, poolerIsCls: false, outputs: OUTPUTS };
