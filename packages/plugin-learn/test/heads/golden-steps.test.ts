import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createOnnxRuntimeEngine } from '@streetvision/core';
import { afterAll, describe, expect, it } from 'vitest';
import { learningRateAt } from '../../src/heads/network/schedule.js';
import { layersOfState, startState } from '../../src/heads/network/state.js';
import { openTrainer } from '../../src/heads/network/trainer.js';

const shared = process.env.SV_SHARED;

describe.skipIf(!shared)('training steps beside PyTorch', () => {
  const folder = join(shared ?? '', 'goldens', 'training');
  const floats = (name: string) => {
    const raw = readFileSync(join(folder, name));
    return new Float32Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.byteLength));
  };
  const engine = createOnnxRuntimeEngine();
  afterAll(() => engine.close());

  it.each([
    ['main', { clip: 1, decayBiases: true }],
    ['dropout', { clip: 1, decayBiases: true, masked: true }],
    ['clipped', { clip: 0.05, decayBiases: true }],
    ['no_bias_decay', { clip: 1 }],
  ] as const)('%s', async (name, options) => {
    const golden = JSON.parse(readFileSync(join(folder, 'training.json'), 'utf8'));
    const { d, hidden, batch_size: rows, steps, labels, pos_weight: positiveWeight, batches, adamw } = golden;
    const expected = golden.results[name];
    const features = floats('X.f32');
    const kept = readFileSync(join(folder, 'dropout_masks.u8'));
    const architecture = { dimension: d, hidden: [hidden], classes: 2 };
    const trainer = await openTrainer(architecture, { masked: false, ...options }, engine.open);
    let state = startState([
      { inputs: d, outputs: hidden, weight: floats('W1_init.f32'), bias: floats('b1_init.f32') },
      { inputs: hidden, outputs: 1, weight: floats('W2_init.f32'), bias: floats('b2_init.f32') },
    ]);
    for (let t = 0; t < steps; t++) {
      const chosen: number[] = batches[t];
      const learningRate = learningRateAt(t, steps, 5, adamw.lr);
      expect(learningRate).toBeCloseTo(expected.lrs[t], 12);
      const x = Float32Array.from({ length: rows * d }, (_, i) => {
        return features[(chosen[Math.floor(i / d)] as number) * d + (i % d)] as number;
      });
      const targets = Float32Array.from(chosen.flatMap((i) => (labels[i] ? [0, positiveWeight] : [1, 0])));
      const masks =
        'masked' in options
          ? [Float32Array.from(kept.subarray(t * rows * hidden, (t + 1) * rows * hidden), (keep) => keep / 0.7)]
          : [];
      const result = await trainer.step(
        state,
        { rows, x, targets, masks },
        { learningRate, weightDecay: adamw.weight_decay },
      );
      expect(Math.abs(result.loss - expected.losses[t])).toBeLessThan(5e-6);
      expect(Math.abs((result.norm as number) - expected.grad_norms_before_clip[t])).toBeLessThan(5e-6);
      state = result.state;
    }
    const [first, second] = layersOfState(state, architecture);
    for (const [file, values] of [
      ['W1', first?.weight],
      ['b1', first?.bias],
      ['W2', second?.weight],
      ['b2', second?.bias],
    ] as const) {
      const theirs = floats(`${name}_${file}_final.f32`);
      const differences = Array.from(theirs, (value, i) => Math.abs(value - (values?.[i] as number)));
      expect(Math.max(...differences)).toBeLessThan(5e-6);
    }
    const z = await trainer.predict(state, features.slice(0, 16 * d));
    const logits = Array.from(z, (p) => Math.log(p / (1 - p)));
    for (const [i, value] of expected.final_logits_first16.entries()) {
      expect(Math.abs((logits[i] as number) - value)).toBeLessThan(1e-4);
    }
    await trainer.close();
  });
});
