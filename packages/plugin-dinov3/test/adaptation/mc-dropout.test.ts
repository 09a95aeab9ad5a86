import { describe, expect, it } from 'vitest';
import { drawMasks } from '../../src/adaptation/mc-dropout.js';
import { uncertaintyOf } from '../../src/adaptation/uncertainty.js';
import { picture } from '../model-folder.js';
import { bench, HIDDEN, sigmoid } from './fixture.js';

describe('uncertaintyOf', () => {
  it('agrees with scipy', () => {
    const rows = [0.9, 0.7, 0.4, 0.8].map((p) => [1 - p, p]);
    const { std, entropy, expectedEntropy, mutualInformation } = uncertaintyOf(rows, 1);
    expect(std ** 2).toBeCloseTo(0.035, 12);
    expect(entropy).toBeCloseTo(0.6108643, 7);
    expect(expectedEntropy).toBeCloseTo(0.5273403, 7);
    expect(mutualInformation).toBeCloseTo(0.083524, 7);
  });

  it('is nothing where all samples are the same', () => {
    expect(
      uncertaintyOf(
        [
          [0, 1],
          [0, 1],
        ],
        1,
      ),
    ).toEqual({ std: 0, entropy: 0, expectedEntropy: 0, mutualInformation: 0 });
  });
});

describe('mcDropout', () => {
  it('averages what the head says under each mask, in one answer that says how far they differ', async () => {
    const { open, metadata } = await bench();
    const dropout = { rate: 0.5, masks: [{ input: 'mask_0', width: 4 }] };
    const samples = 16;
    await using sv = await open({ head: './masked.onnx', mcDropout: { samples, seed: 3 } });
    const { evidence } = await sv.run(await picture(204, 51, 102));
    const embedding = [0.8, 0.2, 0.4];
    const [mask] = drawMasks(dropout, samples, 3);
    const each = Array.from({ length: samples }, (_, t) => {
      let sum = 0;
      for (let unit = 0; unit < 4; unit++) {
        const hidden = embedding.reduce((part, x, i) => part + x * (HIDDEN[i]?.[unit] as number), 0);
        sum += hidden * (mask?.data[t * 4 + unit] as number);
      }
      return sigmoid(sum);
    });
    const mean = each.reduce((sum, p) => sum + p, 0) / samples;
    const output = evidence[0]?.output;
    expect(output?.score).toBeCloseTo(mean, 5);
    expect(output?.uncertainty?.std).toBeCloseTo(
      uncertaintyOf(
        each.map((p) => [1 - p, p]),
        1,
      ).std,
      5,
    );
    expect(output?.uncertainty?.std).toBeGreaterThan(0.05);
    expect(metadata.dropout).toBeUndefined();
  });

  it('says the same of a picture whatever else is in its batch', async () => {
    const { open } = await bench();
    const options = { head: './masked.onnx', mcDropout: true as const, maxBatch: 8, maxDelayMs: 20 };
    await using sv = await open(options);
    const own = await picture(204, 51, 102);
    const alone = await sv.run(own);
    const [together] = await Promise.all([
      sv.run(own),
      sv.run(await picture(0, 0, 255)),
      sv.run(await picture(9, 9, 9)),
    ]);
    expect(together?.score).toBe(alone.score);
    expect(together?.evidence[0]?.output.uncertainty).toEqual(alone.evidence[0]?.output.uncertainty);
  });

  it('draws masks that keep the expectation, the same for the same seed', () => {
    const dropout = {
      rate: 0.25,
      masks: [
        { input: 'a', width: 200 },
        { input: 'b', width: 3 },
      ],
    };
    const [a, b] = drawMasks(dropout, 100, 1);
    const mean = (a?.data.reduce((sum, value) => sum + value, 0) as number) / 20_000;
    expect(mean).toBeCloseTo(1, 1);
    expect(new Set(a?.data)).toEqual(new Set([0, Math.fround(4 / 3)]));
    expect(b?.data).toHaveLength(300);
    expect(drawMasks(dropout, 100, 1)[0]?.data).toEqual(a?.data);
    expect(drawMasks(dropout, 100, 2)[0]?.data).not.toEqual(a?.data);
  });

  it('refuses a head without dropout, and leaves one with dropout as it was without the option', async () => {
    const { open } = await bench();
    await expect(open({ mcDropout: true })).rejects.toThrow(/head .* has no dropout.*--dropout 0.3/);
    await using sv = await open({ head: './masked.onnx' });
    const { score, evidence } = await sv.run(await picture(204, 51, 102));
    expect(evidence[0]?.output.uncertainty).toBeUndefined();
    expect(score).toBeCloseTo(sigmoid(0.8 * 5 - 0.2 * 3 + 0.4 * 2), 4);
  });
});
