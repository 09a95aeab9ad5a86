/** Where the learning rate is at a step (from 0): it rises in a line over `warmup` steps, then falls as a cosine to 0. */
export function learningRateAt(step: number, steps: number, warmup: number, peak: number): number {
  if (step < warmup) return (peak * (step + 1)) / warmup;
  return (peak * (1 + Math.cos((Math.PI * (step - warmup)) / Math.max(1, steps - warmup)))) / 2;
}
