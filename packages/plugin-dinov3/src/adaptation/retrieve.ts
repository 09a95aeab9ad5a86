import { createDots } from './dots.js';
import type { Memory } from './memory-file.js';

/** The nearest labelled embeddings of a memory. */
export interface Retriever {
  /** @returns probability per class, in the order of the memory's classes */
  vote(embedding: Float32Array): readonly number[];
}

/**
 * Votes of the `k` nearest by cosine similarity, each weighted with exp(similarity / temperature): plain retrieval over a
 * labelled store, not the RA-TTA of Lee et al. 2025, which needs a text tower.
 */
export function createRetriever(
  { embeddings, labels, dimension, classes }: Memory,
  k: number,
  temperature = 0.07,
): Retriever {
  const dots = createDots(embeddings, dimension);
  return {
    vote(embedding) {
      const similarities = dots.with(normalised(embedding));
      const nearest = largest(similarities, k);
      const best = similarities[nearest[0] as number] as number;
      const votes = new Array<number>(classes.length).fill(0);
      let total = 0;
      for (const n of nearest) {
        const weight = Math.exp(((similarities[n] as number) - best) / temperature);
        const label = labels[n] as number;
        votes[label] = (votes[label] as number) + weight;
        total += weight;
      }
      return votes.map((vote) => vote / total);
    },
  };
}

/** A copy of length 1; of nothing but zeros, zeros. */
export function normalised(embedding: Float32Array): Float32Array {
  let squares = 0;
  for (const value of embedding) squares += value * value;
  const length = Math.sqrt(squares) || 1;
  return embedding.map((value) => value / length);
}

/** Indices of the `k` largest values, largest first; of equal ones the earlier. */
export function largest(values: Float32Array, k: number): number[] {
  const found: number[] = [];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (found.length === k && !(value > (values[found[k - 1] as number] as number))) continue;
    let at = found.length;
    while (at > 0 && value > (values[found[at - 1] as number] as number)) at--;
    found.splice(at, 0, i);
    if (found.length > k) found.pop();
  }
  return found;
}
