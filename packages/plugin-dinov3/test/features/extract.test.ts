import type { Tensor, TensorInfo } from '@streetvision/core';
import { describe, expect, it } from 'vitest';
import { normaliseRows, planFeature } from '../../src/features/extract.js';
import { clsTokens, type FeatureLayout, noCls } from '../../src/features/layout.js';

const float = (dims: number[], values: number[]): Tensor => ({
  type: 'float32',
  dims,
  data: Float32Array.from(values),
});
const info = (name: string, ...dims: (number | string)[]): TensorInfo => ({ name, type: 'float32', dims });

const TOKENS = info('last_hidden_state', 'batch', 'rows', 2);
const POOLER = info('pooler_output', 'batch', 2);

// Two frames of CLS, one register and two patches, D = 2.
const tokens = float([2, 4, 2], [1, 2, 90, 90, 3, 4, 5, 6, 10, 20, 90, 90, 30, 40, 50, 60]);
const pooler = float([2, 2], [7, 8, 70, 80]);

const read = (feature: 'cls' | 'pooler' | 'mean' | 'cls+mean', layout: FeatureLayout, graph: TensorInfo[]) => {
  const plan = planFeature(feature, layout, graph, 'tiny');
  return [plan.outputs, [...plan.read({ last_hidden_state: tokens, pooler_output: pooler }, 2)]];
};

describe('planFeature', () => {
  it('takes CLS from the smaller pooler output where both are the same', () => {
    expect(read('cls', clsTokens(1), [TOKENS, POOLER])).toEqual([['pooler_output'], [7, 8, 70, 80]]);
  });

  it('takes CLS from row 0 where an export has no pooler output', () => {
    expect(read('cls', clsTokens(1), [TOKENS])).toEqual([['last_hidden_state'], [1, 2, 10, 20]]);
    expect(read('pooler', clsTokens(1), [TOKENS])).toEqual([['last_hidden_state'], [1, 2, 10, 20]]);
  });

  it('takes CLS from row 0 where the pooler is another layer', () => {
    const layout = { ...clsTokens(1), poolerIsCls: false };
    expect(read('cls', layout, [TOKENS, POOLER])[1]).toEqual([1, 2, 10, 20]);
    expect(read('pooler', layout, [TOKENS, POOLER])[1]).toEqual([7, 8, 70, 80]);
    expect(() => read('pooler', layout, [TOKENS])).toThrow('has no feature `pooler`');
  });

  it('leaves CLS and registers out of the mean', () => {
    expect(read('mean', clsTokens(1), [TOKENS, POOLER])[1]).toEqual([4, 5, 40, 50]);
  });

  it('takes the mean over all rows where there is no CLS', () => {
    expect(read('mean', noCls, [TOKENS, POOLER])[1]).toEqual([24.75, 25.5, 45, 52.5]);
  });

  it('puts CLS and mean side by side, frame by frame', () => {
    const plan = planFeature('cls+mean', clsTokens(1), [TOKENS], 'tiny');
    expect(plan.dimension).toBe(4);
    expect([...plan.read({ last_hidden_state: tokens }, 2)]).toEqual([1, 2, 4, 5, 10, 20, 40, 50]);
  });

  it('takes the mean of a map over height and width', () => {
    const map = float([1, 2, 2, 2], [1, 2, 3, 4, 10, 20, 30, 40]);
    const plan = planFeature('mean', noCls, [info('last_hidden_state', 'batch', 2, 2, 2)], 'tiny');
    expect(plan.dimension).toBe(2);
    expect([...plan.read({ last_hidden_state: map }, 1)]).toEqual([2.5, 25]);
  });

  it('takes the one output of a graph that has only one', () => {
    const plan = planFeature('pooler', noCls, [info('features', 'batch', 2)], 'tiny');
    expect([...plan.read({ features: pooler }, 2)]).toEqual([7, 8, 70, 80]);
  });

  it('reads half precision', () => {
    const plan = planFeature('pooler', noCls, [POOLER], 'tiny');
    const half: Tensor = { type: 'float16', dims: [1, 2], data: Uint16Array.of(0x3c00, 0xc100) };
    expect([...plan.read({ pooler_output: half }, 1)]).toEqual([1, -2.5]);
  });

  it('says what a backbone offers instead', () => {
    expect(() => planFeature('cls', noCls, [TOKENS, POOLER], 'google/siglip2')).toThrowErrorMatchingInlineSnapshot(
      `[SvError: Backbone google/siglip2 has no feature \`cls\`. It offers \`pooler\`, \`mean\`.]`,
    );
    expect(() =>
      planFeature('pooler', noCls, [info('features', 'batch', 4), info('logits', 'batch', 9)], 'x'),
    ).toThrowErrorMatchingInlineSnapshot(
      `[SvError: Backbone x has no feature \`pooler\`. None of its outputs (features, logits) is \`last_hidden_state\` or \`pooler_output\`: name them in config.json: "streetvision": { "outputs": { "pooler": "…" } }.]`,
    );
  });

  it('refuses an answer of another shape', () => {
    const plan = planFeature('pooler', noCls, [POOLER], 'tiny');
    expect(() => plan.read({ pooler_output: pooler }, 3)).toThrowErrorMatchingInlineSnapshot(
      `[SvError: Backbone tiny answered \`pooler_output\` of shape [2, 2] for 3 frames.]`,
    );
    expect(() => plan.read({}, 2)).toThrow(expect.objectContaining({ code: 'SV_STAGE_OUTPUT' }));
  });
});

describe('normaliseRows', () => {
  it('makes every row of length 1 and leaves zeros', () => {
    expect([...normaliseRows(Float32Array.of(3, 4, 0, 0), 2)]).toEqual([Math.fround(0.6), Math.fround(0.8), 0, 0]);
  });
});
