import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom } from '@streetvision/core';
import { describe, expect, it } from 'vitest';
import { readHeadWeights, trainHead } from '../../src/heads/index.js';
import { featureSet } from './samples.js';

const logit = (p: number) => Math.log(p / (1 - p));
const shared = process.env.SV_SHARED;

describe('logistic head', () => {
  it('ends where the gradient of loss and penalty is zero', async () => {
    const random = createRandom(7);
    const rows = Array.from({ length: 300 }, () => [random.next() * 10, random.next() * 0.1 - 5, 3]);
    const labels = rows.map(([a = 0, b = 0]) => Number(a - 60 * (b + 5) + 4 * (random.next() - 0.5) > 2));
    const set = featureSet(rows, labels);
    const head = await trainHead(set, undefined, { classWeights: 'none', standardise: false, c: 0.5 });
    const p = await head.predict(set.features);
    const errors = Array.from(p, (value, i) => value - (labels[i] as number));
    expect(Math.abs(errors.reduce((sum, e) => sum + e, 0))).toBeLessThan(1e-4);
    const [layer] = head.weights.members[0] ?? [];
    for (const j of [0, 1, 2]) {
      const pull = errors.reduce((sum, e, i) => sum + e * (rows[i]?.[j] as number), 0);
      expect(Math.abs(0.5 * pull + (layer?.weight[j] as number))).toBeLessThan(1e-3);
    }
  });

  it('gives a column that does not vary no weight, and stays finite where a line separates the classes', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => [i, 3]);
    const head = await trainHead(
      featureSet(
        rows,
        rows.map(([a = 0]) => Number(a > 19)),
      ),
      undefined,
      { c: 1e4 },
    );
    const [layer] = head.weights.members[0] ?? [];
    expect(layer?.weight[1]).toBe(0);
    expect([...(layer?.weight ?? []), ...(layer?.bias ?? [])].every(Number.isFinite)).toBe(true);
  });

  it('separates three classes', async () => {
    const random = createRandom(3);
    const labels = Array.from({ length: 90 }, (_, i) => i % 3);
    const rows = labels.map((label) => [0, 1, 2].map((c) => random.normal() * 0.5 + (c === label ? 3 : 0)));
    const set = featureSet(rows, labels);
    const head = await trainHead(set);
    const p = await head.predict(set.features);
    expect(head.classes).toBe(3);
    for (const [i, label] of labels.entries()) {
      const row = [...p.subarray(i * 3, i * 3 + 3)];
      expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
      expect(row.indexOf(Math.max(...row))).toBe(label);
    }
    expect(readHeadWeights(head.encode({}))).toEqual(head.weights);
  });

  describe.skipIf(!shared)('beside scikit-learn', () => {
    const golden = (name: string) => join(shared as string, 'goldens', name);

    it('finds the same coefficients on 64 features', async () => {
      const { labels, logistic_regression } = JSON.parse(readFileSync(golden('training/training.json'), 'utf8'));
      const raw = readFileSync(golden('training/X.f32'));
      const features = new Float32Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.byteLength));
      const set = {
        features,
        dimension: 64,
        labels: Uint8Array.from(labels),
        groups: labels.map((_: number, i: number) => String(i)),
      };
      for (const [name, c, classWeights] of [
        ['C1', 1, 'none'],
        ['C01', 0.1, 'none'],
        ['C1_balanced', 1, 'balanced'],
      ] as const) {
        const { coef, intercept, proba_first8 } = logistic_regression[name];
        const head = await trainHead(set, undefined, { c, classWeights, standardise: false });
        const [layer] = head.weights.members[0] ?? [];
        const difference = coef.map((value: number, i: number) => Math.abs(value - (layer?.weight[i] as number)));
        expect(Math.max(...difference, Math.abs(intercept - (layer?.bias[0] as number)))).toBeLessThan(5e-7);
        const p = await head.predict(features.subarray(0, 8 * 64));
        for (const [i, value] of proba_first8.entries()) expect(Math.abs((p[i] as number) - value)).toBeLessThan(5e-7);
      }
    });

    it('finds the same line over one logit', async () => {
      const { datasets } = JSON.parse(readFileSync(golden('metrics/metrics.json'), 'utf8'));
      let compared = 0;
      for (const data of datasets) {
        if (!data.logistic_C1) continue;
        const rows = data.p.map((p: number) => [logit(Math.min(Math.max(p, 1e-6), 1 - 1e-6))]);
        const head = await trainHead(featureSet(rows, data.y), undefined, {
          standardise: false,
          classWeights: 'none',
        });
        const [layer] = head.weights.members[0] ?? [];
        expect(Math.abs((layer?.weight[0] as number) - data.logistic_C1.a)).toBeLessThan(5e-7);
        expect(Math.abs((layer?.bias[0] as number) - data.logistic_C1.b)).toBeLessThan(5e-7);
        compared++;
      }
      expect(compared).toBeGreaterThan(3);
    });
  });
});
