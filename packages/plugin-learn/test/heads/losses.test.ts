import type { Expressions, Value } from '@streetvision/onnx';
import { createExpressions, createGraph } from '@streetvision/onnx';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { worstGradient } from '../../../onnx/test/gradient/finite-differences.js';
import { classLoss, contrastiveLoss, pairsOf } from '../../src/heads/network/loss.js';

const LABELS = [0, 1, 1];

/** The value of a loss of logits, in float64. */
async function lossOf(logits: readonly number[][], loss: (e: Expressions, logits: Value) => Value): Promise<number> {
  const g = createGraph();
  const e = createExpressions(g, { type: 'float64' });
  const width = logits[0]?.length ?? 0;
  e.output('loss', loss(e, e.input('logits', [logits.length, width])));
  const session = await InferenceSession.create(g.encode());
  const feed = new Tensor('float64', Float64Array.from(logits.flat()), [logits.length, width]);
  return Number((await session.run({ logits: feed })).loss?.data[0]);
}

const targets = (e: Expressions, values: readonly number[], classes: number) =>
  e.constant('targets', [values.length / classes, classes], values);

describe('the losses of training', () => {
  const soft = [0.7, 0.2, 0.1, 1.4, 0.3, 0.6];
  it.each([
    ['two classes', 1, 2, undefined],
    ['two classes, focal', 1, 2, 2],
    ['two classes, focal with an exponent below 1', 1, 2, 0.5],
    ['three classes', 3, 3, undefined],
    ['three classes, focal', 3, 3, 1.5],
  ] as const)('of %s have the gradient of finite differences', async (_, width, classes, gamma) => {
    const values = [...soft, ...soft].slice(0, 3 * classes);
    const worst = await worstGradient({
      shapes: [[3, width]],
      expression: (e, [logits]) => classLoss(e, logits as Value, targets(e, values, classes), classes, gamma),
    });
    expect(worst).toBeLessThan(1e-7);
  });

  it('have the contrastive gradient of finite differences', async () => {
    const worst = await worstGradient({
      shapes: [[3, 5]],
      expression: (e, [hidden]) => contrastiveLoss(e, hidden as Value, e.constant('pairs', [3, 3], pairsOf(LABELS))),
    });
    expect(worst).toBeLessThan(1e-6);
  });

  it('are what the formulas say', async () => {
    const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));
    const z = [0.3, -1.2];
    const t = [0.2, 1.5, 0.9, 0.1];
    const parts = (gamma: number) =>
      z.map((logit, i) => {
        const p = sigmoid(logit);
        const [no = 0, yes = 0] = t.slice(2 * i);
        return -(yes * (1 - p) ** gamma * Math.log(p) + no * p ** gamma * Math.log(1 - p));
      });
    for (const gamma of [undefined, 2]) {
      const value = await lossOf([[0.3], [-1.2]], (e, logits) => classLoss(e, logits, targets(e, t, 2), 2, gamma));
      expect(value).toBeCloseTo(parts(gamma ?? 0).reduce((a, b) => a + b) / 2, 9);
    }
    const three = await lossOf([[1, 2, 3]], (e, logits) => classLoss(e, logits, targets(e, [0, 1, 0], 3), 3));
    expect(three).toBeCloseTo(Math.log(Math.exp(1) + Math.exp(2) + Math.exp(3)) - 2, 9);
  });

  it('draw classes together: the contrastive term is low where they lie apart', async () => {
    const term = (rows: number[][]) =>
      lossOf(rows, (e, hidden) => contrastiveLoss(e, hidden, e.constant('pairs', [4, 4], pairsOf([0, 0, 1, 1]))));
    expect(
      await term([
        [1, 0],
        [2, 0.1],
        [0, 1],
        [0.1, 3],
      ]),
    ).toBeLessThan(0.01);
    expect(
      await term([
        [1, 0],
        [0, 1],
        [1, 0],
        [0, 1],
      ]),
    ).toBeGreaterThan(5);
    // All alike: each of the three others is as likely as the one of the same class.
    expect(
      await term([
        [1, 0],
        [1, 0],
        [1, 0],
        [1, 0],
      ]),
    ).toBeCloseTo(Math.log(3), 6);
  });
});
