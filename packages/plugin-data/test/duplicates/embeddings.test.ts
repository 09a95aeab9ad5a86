import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { kCentre, nearDuplicates, uniqueness } from '../../src/duplicates/embeddings.js';

const points = new Float32Array([0, 0, 1, 0, 0, 1, 5, 5, 1, 1]);

describe('embeddings', () => {
  it('keeps the first of those that point the same way', () => {
    const rows = new Float32Array([1, 0, 0, 1, 2, 0.01, 0, 3, 1, 1]);
    const { kept, duplicates } = nearDuplicates(rows, 2, 0.99);
    expect(kept).toEqual([0, 1, 4]);
    expect(duplicates.map(({ index, of }) => [index, of])).toEqual([
      [2, 0],
      [3, 1],
    ]);
    expect(duplicates[1]?.similarity).toBeCloseTo(1, 6);
  });

  it('picks centres that cover', () => {
    expect(kCentre(points, 2, 3)).toEqual({ indices: [0, 3, 4], radius: 1 });
    expect(kCentre(points, 2, 5).radius).toBe(0);
  });

  it('says how alone each is', () => {
    const { raw, score } = uniqueness(points, 2, { metric: 'euclidean' });
    expect([...raw].map((x) => Number(x.toFixed(6)))).toEqual([0.34714, 0.34714, 0.34714, 1.985121, 0.34714]);
    expect(score[3]).toBe(1);
    expect([...uniqueness(new Float32Array([1, 2, 3, 4]), 2).score]).toEqual([1, 1]);
  });

  it('refuses what cannot be compared', () => {
    expect(() => nearDuplicates(new Float32Array([1, Number.NaN]), 2, 0.9)).toThrowErrorMatchingInlineSnapshot(
      `[SvError: Embedding 0 has the length NaN, expected a finite one above 0.]`,
    );
    expect(() => nearDuplicates(points, 2, 1.5)).toThrowErrorMatchingInlineSnapshot(
      `[SvError: The threshold is 1.5, expected a similarity above 0 and up to 1.]`,
    );
    expect(() => kCentre(points, 2, 6)).toThrowErrorMatchingInlineSnapshot(
      `[SvError: 6 of 5 embeddings from 0 cannot be picked.]`,
    );
    expect(() => kCentre(points, 3, 1)).toThrowErrorMatchingInlineSnapshot(
      `[SvError: 10 numbers are no embeddings of 3.]`,
    );
  });

  it.skipIf(!process.env.SV_SHARED)('agrees with FiftyOne and the k-centre golden', () => {
    const golden = JSON.parse(readFileSync(`${process.env.SV_SHARED}/goldens/calibration-metrics.json`, 'utf8'));
    const { X, raw, norm } = golden.uniqueness as { X: number[][]; raw: number[]; norm: number[] };
    const found = uniqueness(new Float32Array(X.flat()), 2, { metric: 'euclidean' });
    for (const [i, value] of raw.entries()) expect(Math.abs((found.raw[i] as number) - value)).toBeLessThan(1e-9);
    for (const [i, value] of norm.entries()) expect(Math.abs((found.score[i] as number) - value)).toBeLessThan(1e-9);
    const [indices, radius] = golden.kcenter;
    expect(kCentre(points, 2, indices.length)).toEqual({ indices, radius });
  });
});
