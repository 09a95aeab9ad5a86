import type { HeadWeights } from './weights.js';
import { hiddenOf } from './weights.js';

/** Inputs of a head's graph that multiply its hidden units, one per hidden layer; all members share them. */
export function masksOf({ members }: HeadWeights, dropout: number): { input: string; width: number }[] {
  const [first] = members;
  if (!first || dropout === 0) return [];
  return hiddenOf(first).map((width, i) => ({ input: maskName(i), width }));
}

export const maskName = (layer: number): string => `mask_${layer}`;
