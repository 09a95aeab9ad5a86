const MEMORY = 10;
const STEPS = 1_000;

/**
 * L-BFGS (Nocedal 1980) with backtracking, for a smooth convex function. Ends where the gradient is `tolerance` of
 * what it was at zero or at the start, or where float64 tells no lower value.
 * @param evaluate fills the gradient and returns the value
 */
export function minimise(
  start: Float64Array,
  evaluate: (at: Float64Array, gradient: Float64Array) => number,
  tolerance = 1e-10,
): Float64Array {
  let at = start;
  let gradient = new Float64Array(at.length);
  let value = evaluate(at, gradient);
  const enough = tolerance * Math.max(1, largest(gradient));
  const history: { step: Float64Array; change: Float64Array; curvature: number }[] = [];
  for (let n = 0; n < STEPS && largest(gradient) > enough; n++) {
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
      // Near the end values differ by rounding only, and the slope tells more (Hager and Zhang 2005).
      const flat = nextValue <= value + 1e-14 * Math.abs(value);
      if (flat && Math.abs(dot(nextGradient, direction)) < Math.abs(slope)) break;
    }
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
): Float64Array {
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

function largest(values: Float64Array): number {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

function add(to: Float64Array, what: Float64Array, times: number): void {
  for (let i = 0; i < to.length; i++) to[i] = (to[i] as number) + times * (what[i] as number);
}
