/** Each distinct score, lowest first, with what lies there. */
export function levelsOf(
  scores: ArrayLike<number>,
  truth: ArrayLike<number>,
): { readonly score: number; n: number; positives: number }[] {
  const order = Uint32Array.from(scores, (_, i) => i).sort((a, b) => (scores[a] as number) - (scores[b] as number));
  const found: { readonly score: number; n: number; positives: number }[] = [];
  for (const i of order) {
    let last = found.at(-1);
    if (last?.score !== scores[i]) {
      last = { score: scores[i] as number, n: 0, positives: 0 };
      found.push(last);
    }
    (last as { n: number }).n++;
    (last as { positives: number }).positives += truth[i] as number;
  }
  return found;
}
