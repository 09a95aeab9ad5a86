import type { Estimate, Figures, GroupFigures } from '../evaluate/figures.js';
import type { SourceFigures } from '../evaluate/other-sources.js';

/** What is known of the starter, as `card.json`. Numbers have four decimals. */
export interface Card {
  readonly version: 1;
  /** The pictures that the head was trained on. */
  readonly data: {
    readonly sha256: string;
    readonly source: string;
    readonly positive: number;
    readonly negative: number;
    readonly groups: number;
  };
  readonly backbone: { readonly id: string; readonly sha256: string; readonly dimensions: readonly string[] };
  /** Inverse L2 penalty of the head. */
  readonly c: number;
  /** Each clip scored by a head that saw nothing of it; dense near-duplicates are trained on and not counted. */
  readonly heldOut: Figures;
  readonly heldOutWithDense: Figures;
  readonly heldOutByGroup: readonly GroupFigures[];
  /** The same, with colours and measures chosen anew in every fold. */
  readonly redesigned: { readonly candidates: number; readonly figures: Figures };
  /** The shipped head on the pictures that it was trained on: what a run over them gives. */
  readonly itself: Figures;
  readonly itselfByGroup: readonly GroupFigures[];
  readonly otherSources: readonly SourceFigures[];
  readonly baselines: {
    readonly orangePixels: Baseline;
    /** Another backbone, its pooled features through the same head trainer. */
    readonly reference?: {
      readonly id: string;
      readonly width: number;
      readonly height: number;
      readonly figures: Baseline;
    };
  };
}

/** Figures of something else on the same pictures, and what the starter has over it. */
export interface Baseline extends Figures {
  readonly aurocGain: Estimate;
}
