/** Mean log-loss of σ(a·z + b); targets may lie between 0 and 1. */
export function logLossOf(logits: ArrayLike<number>, targets: ArrayLike<number>, a: number, b: number): number {
  let sum = 0;
  for (let i = 0; i < logits.length; i++) {
    const f = a * (logits[i] as number) + b;
    sum += Math.max(f, 0) - f * (targets[i] as number) + Math.log1p(Math.exp(-Math.abs(f)));
  }
  return sum / logits.length;
}
