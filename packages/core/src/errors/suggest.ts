import { closest, distance } from 'fastest-levenshtein';

/** ` Did you mean \`x\`?`, or nothing where no candidate is near. */
export function didYouMean(received: string, candidates: readonly string[]): string {
  if (candidates.length === 0) return '';
  const best = closest(received, candidates as string[]);
  return distance(received.toLowerCase(), best.toLowerCase()) <= Math.max(2, received.length / 3)
    ? ` Did you mean \`${best}\`?`
    : '';
}
