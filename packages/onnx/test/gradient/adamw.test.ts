import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { type AdamWOptions, adamW, adamWFeeds, createExpressions, createGraph } from '../../src/index.js';

const START = [0.5, -1.5, 2];
const PULLS = [
  [0.3, -4, 0.01],
  [0.2, 5, -0.02],
  [-0.1, 1, 0],
  [0.4, -2, 0.03],
];
const RATES = [1e-2, 2e-2, 1e-2, 5e-3];

async function inGraph(options: AdamWOptions): Promise<{ value: number[]; norms: number[] }> {
  const g = createGraph();
  const e = createExpressions(g, { type: 'float64' });
  const [value, m, v, gradient] = ['value', 'm', 'v', 'gradient'].map((name) => e.input(name, [3]));
  if (!value || !m || !v || !gradient) throw new Error('four inputs');
  const { next, norm } = adamW(e, [{ value, m, v }], [gradient], options);
  for (const part of ['value', 'm', 'v'] as const) if (next[0]) e.output(`next_${part}`, next[0][part]);
  if (norm) e.output('norm', norm);
  const session = await InferenceSession.create(g.encode());
  const vector = (values: readonly number[]) => new Tensor('float64', Float64Array.from(values), [3]);
  let state = { value: vector(START), m: vector([0, 0, 0]), v: vector([0, 0, 0]) };
  const norms: number[] = [];
  for (const [t, pull] of PULLS.entries()) {
    const scalars = adamWFeeds({ learningRate: RATES[t] ?? 0, weightDecay: 0.1, step: t + 1 }, options);
    const feeds = Object.entries(scalars).map(([name, x]) => [name, new Tensor('float64', Float64Array.of(x), [])]);
    const out = await session.run({ ...Object.fromEntries(feeds), ...state, gradient: vector(pull) });
    state = { value: out.next_value, m: out.next_m, v: out.next_v } as typeof state;
    if (out.norm) norms.push(Number(out.norm.data[0]));
  }
  return { value: Array.from(state.value.data as Float64Array), norms };
}

/** AdamW as it is written down. */
function byHand({ clip = Number.POSITIVE_INFINITY, decays = () => true }: AdamWOptions): number[] {
  return START.map((start, i) => {
    let [value, m, v] = [start, 0, 0];
    for (const [t, pull] of PULLS.entries()) {
      const rate = RATES[t] as number;
      const g = (pull[i] as number) * Math.min(1, clip / (Math.hypot(...pull) + 1e-6));
      m = 0.9 * m + 0.1 * g;
      v = 0.999 * v + 0.001 * g * g;
      if (decays('value')) value *= 1 - rate * 0.1;
      value -= (rate * (m / (1 - 0.9 ** (t + 1)))) / (Math.sqrt(v / (1 - 0.999 ** (t + 1))) + 1e-8);
    }
    return value;
  });
}

describe('adamW', () => {
  it.each([
    ['plain', {}],
    ['clipped', { clip: 0.5 }],
    ['not clipped where the norm is small', { clip: 100 }],
    ['without decay', { decays: () => false }],
  ])('%s is what is written down', async (_, options) => {
    const { value, norms } = await inGraph(options);
    for (const [i, expected] of byHand(options).entries()) expect(value[i]).toBeCloseTo(expected, 12);
    for (const [t, norm] of norms.entries()) expect(norm).toBeCloseTo(Math.hypot(...(PULLS[t] ?? [])), 12);
  });
});
