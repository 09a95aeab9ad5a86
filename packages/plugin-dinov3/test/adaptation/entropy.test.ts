import { silent } from '@streetvision/core';
import { describe, expect, it } from 'vitest';
import { createAdapter } from '../../src/adaptation/entropy.js';
import { bench, green, red, sigmoid } from './fixture.js';

const entropy = (p: number) => -p * Math.log(p) - (1 - p) * Math.log(1 - p);

describe('createAdapter', () => {
  it('moves scale and shift down the gradient of the mean entropy', () => {
    const scores = [0.9, 0.6, 0.2];
    const logits = scores.map((p) => Math.log(p / (1 - p)));
    const loss = (scale: number, shift: number) =>
      logits.reduce((sum, s) => sum + entropy(sigmoid(scale * s + shift)), 0) / logits.length;
    const adapter = createAdapter({ learningRate: 1, patience: 100 }, 2, silent);
    // What is said of the first batch is what was said before.
    expect(adapter.adapt(scores)).toEqual(scores);
    const { scale, shift } = adapter.state();
    const h = 1e-6;
    expect(1 - scale).toBeCloseTo((loss(1 + h, 0) - loss(1 - h, 0)) / (2 * h), 6);
    expect(-shift).toBeCloseTo((loss(1, h) - loss(1, -h)) / (2 * h), 6);
    expect(loss(scale, shift)).toBeLessThan(loss(1, 0));
    expect(adapter.adapt([0.6])[0]).toBeCloseTo(sigmoid(scale * (logits[1] as number) + shift), 12);
  });

  it('starts anew with each window', () => {
    const adapter = createAdapter({ learningRate: 0.5, window: 4, patience: 100 }, 2, silent);
    adapter.adapt([0.7, 0.6]);
    adapter.adapt([0.7, 0.6]);
    expect(adapter.state().scale).not.toBe(1);
    expect(adapter.adapt([0.7])).toEqual([0.7]);
    expect(adapter.state().seen).toBe(1);
  });

  it('stops for the window where the share of positives leaves the band, says so once, and tries again', () => {
    const warned: string[] = [];
    const log = { ...silent, warn: (text: string) => void warned.push(text) };
    const adapter = createAdapter({ learningRate: 0.5, window: 12, patience: 4, band: [0.2, 0.8] }, 2, log);
    for (let i = 0; i < 6; i++) adapter.adapt([0.9]);
    expect(adapter.state()).toMatchObject({ stopped: true, scale: 1, shift: 0 });
    expect(adapter.adapt([0.6])).toEqual([0.6]);
    expect(warned).toEqual(['adaptation stopped for this window: 100 % positive is outside 20–80 %']);
    for (let i = 0; i < 6; i++) adapter.adapt([i % 2 ? 0.9 : 0.1]);
    expect(adapter.state()).toMatchObject({ stopped: false, seen: 1 });
  });

  it('keeps certain answers finite', () => {
    const adapter = createAdapter({ learningRate: 10, patience: 1_000 }, 2, silent);
    for (let i = 0; i < 20; i++) {
      for (const p of adapter.adapt([0, 1, 0.5])) {
        expect(p).toBeGreaterThanOrEqual(0);
        expect(p).toBeLessThanOrEqual(1);
      }
    }
  });

  it('moves one logit only', () => {
    expect(() => createAdapter({}, 3, silent)).toThrow(/the head has 3 classes/);
  });
});

describe('adapt', () => {
  it('changes later answers of one runtime, and none of another', async () => {
    const { open } = await bench();
    const adapt = { learningRate: 2, patience: 100 };
    await using first = await open({ adapt });
    await using second = await open({ adapt });
    const before = await first.run(await red());
    await first.run(await green());
    const after = await first.run(await red());
    expect(after.score).toBeGreaterThan(before.score);
    expect((await second.run(await red())).score).toBe(before.score);
  });
});

describe('what a calibration is bound to', () => {
  it('is another model with each way of adapting, and the plain one without', async () => {
    const { open } = await bench();
    const sha = async (options: Parameters<typeof open>[0]) => {
      await using sv = await open({ head: './masked.onnx', ...options });
      return sv.stages[0]?.sha256;
    };
    const plain = await sha({});
    expect(await sha({ maxBatch: 3 })).toBe(plain);
    const others = await Promise.all([
      sha({ mcDropout: true }),
      sha({ mcDropout: { samples: 8 } }),
      sha({ adapt: true }),
      sha({ adapt: { window: 9 } }),
      sha({ tta: {} }),
      sha({ tta: { views: ['same', 'zoom'] } }),
    ]);
    expect(new Set([plain, ...others]).size).toBe(7);
  });
});
