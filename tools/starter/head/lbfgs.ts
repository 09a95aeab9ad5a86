const MEMORY = 10;
const STEPS = 500;
const TOLERANCE = 1e-6;

/**
 * L-BFGS with backtracking for a smooth convex function. Stops when no part of the gradient exceeds 1e-6.
 * @param evaluate fills the gradient and returns the value
 */
export function minimise(
  start: Float64Array,
  evaluate: (at: Float64Array, gradient: Float64Array) => number,
): Float64Array {
  let at = start;
  let gradient = new Float64Array(at.length);
  let value = evaluate(at, gradient);
  const history: { step: Float64Array; change: Float64Array; curvature: number }[] = [];
  for (let n = 0; n < STEPS && gradient.some((g) => Math.abs(g) > TOLERANCE); n++) {
    const direction = towards(gradient, history);
    const slope = dot(direction, gradient);
    let length = history.length === 0 ? Math.min(1, 1 / Math.sqrt(dot(gradient, gradient))) : 1;
    const next = new Float64Array(at.length);
    const nextGradient = new Float64Array(at.length);
    let nextValue = Number.POSITIVE_INFINITY;
    for (; length > 1e-12; length /= 2) {
      for (let i = 0; i < at.length; i++) next[i] = (at[i] as number) + length * (direction[i] as number);
      nextValue = evaluate(next, nextGradient);
      if (nextValue <= value + 1e-4 * length * slope) break;
    }
    // No step goes down any more: float64 ends here.
    if (length <= 1e-12) return at;
    const step = next.map((v, i) => v - (at[i] as number));
    const change = nextGradient.map((g, i) => g - (gradient[i] as number));
    const curvature = dot(step, change);
    if (curvature > 0) history.push({ step, change, curvature });
    if (history.length > MEMORY) history.shift();
    [at, gradient, value] = [next, nextGradient, nextValue];
  }
  return at;
}

/** The descent direction, by the two-loop recursion. */
function towards(
  gradient: Float64Array,
  history: readonly { step: Float64Array; change: Float64Array; curvature: number }[],
) {
  const q = gradient.map((g) => -g);
  const shares: number[] = [];
  for (const { step, change, curvature } of [...history].reverse()) {
    const share = dot(step, q) / curvature;
    shares.push(share);
    add(q, change, -share);
  }
  const last = history.at(-1);
  if (last) {
    const scale = last.curvature / dot(last.change, last.change);
    for (let i = 0; i < q.length; i++) q[i] = (q[i] as number) * scale;
  }
  for (const { step, change, curvature } of history)
    add(q, step, (shares.pop() as number) - dot(change, q) / curvature);
  return q;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

function add(to: Float64Array, what: Float64Array, times: number): void {
  for (let i = 0; i < to.length; i++) to[i] = (to[i] as number) + times * (what[i] as number);
}
