import { createRandom } from '@streetvision/core';
import type { ResolvedOptions } from '../options.js';
import type { Standardisation } from '../weights.js';
import { drawBeta } from './beta.js';
import { hardNegatives, type Mixture } from './hard-negatives.js';
import { pairsOf } from './loss.js';
import type { Batch } from './trainer.js';

export interface BatchSource {
  readonly features: Float32Array;
  readonly dimension: number;
  readonly labels: Uint8Array;
  readonly classes: number;
  /** See `targetsOf`. */
  readonly targets: Float32Array;
  readonly standardisation: Standardisation | null;
  readonly options: ResolvedOptions;
  readonly seed: number;
}

/** Puts batches together: order, mixtures, dropout masks, all from one seed. */
export interface Batches {
  readonly perEpoch: number;
  /** Another order, and other hard negatives. */
  startEpoch(): void;
  /** @param index below `perEpoch` */
  make(index: number): Batch;
  /** Told what the network said of a batch, by which negatives are known to be hard. */
  judged(index: number, probability: Float32Array): void;
}

export function createBatches(source: BatchSource): Batches {
  const { features, dimension: d, labels, classes, targets, standardisation, options } = source;
  const random = createRandom(source.seed);
  const orders = random.fork('order');
  const mixing = random.fork('mixup');
  const dropping = random.fork('dropout');
  const share = options.hardNegatives;
  const hard = share > 0 ? hardNegatives(labels, random.fork('hard negatives')) : undefined;
  const real = Math.max(1, Math.round(options.batchSize * (1 - share)));
  const unit = (share > 0 || options.mixup > 0) && isNormalised(features, d);
  const all = Array.from(labels.keys());
  let order = all;

  const rowsAt = (index: number) => order.slice(index * real, (index + 1) * real);

  /** Writes a mixture of two rows, brought back to length 1 where all rows have it. */
  const mix = (x: Float32Array, row: number, { first, second, share: part }: Mixture) => {
    let square = 0;
    for (let j = 0; j < d; j++) {
      const value = part * (features[first * d + j] as number) + (1 - part) * (features[second * d + j] as number);
      x[row * d + j] = value;
      square += value * value;
    }
    if (!unit || square === 0) return;
    const scale = 1 / Math.sqrt(square);
    for (let j = row * d; j < (row + 1) * d; j++) x[j] = (x[j] as number) * scale;
  };

  return {
    perEpoch: Math.ceil(labels.length / real),
    startEpoch() {
      order = orders.shuffle(all);
      hard?.refresh();
    },
    make(index) {
      const chosen = rowsAt(index);
      const synthetic = hard?.draw(Math.floor((chosen.length * share) / (1 - share))) ?? [];
      const rows = chosen.length + synthetic.length;
      const x = new Float32Array(rows * d);
      const y = new Float32Array(rows * classes);
      const partners = options.mixup > 0 ? mixing.shuffle(chosen) : chosen;
      const drawn = options.mixup > 0 ? drawBeta(mixing, options.mixup) : 1;
      const part = Math.max(drawn, 1 - drawn);
      for (const [r, first] of chosen.entries()) {
        const second = partners[r] as number;
        if (part === 1) x.set(features.subarray(first * d, (first + 1) * d), r * d);
        else mix(x, r, { first, second, share: part });
        for (let c = 0; c < classes; c++) {
          y[r * classes + c] =
            part * (targets[first * classes + c] as number) + (1 - part) * (targets[second * classes + c] as number);
        }
      }
      for (const [i, mixture] of synthetic.entries()) {
        const r = chosen.length + i;
        mix(x, r, mixture);
        // The second row is the negative: the mixture counts as it does.
        y.set(targets.subarray(mixture.second * classes, (mixture.second + 1) * classes), r * classes);
      }
      if (synthetic.length > 0 && options.classWeights === 'balanced') balance(y, chosen.length);
      if (standardisation) standardiseRows(x, standardisation);
      return {
        rows,
        x,
        targets: y,
        masks: options.dropout > 0 ? options.hidden.map((width) => maskOf(rows * width)) : [],
        ...(options.contrastive > 0 && {
          pairs: pairsOf([...chosen.map((i) => labels[i] as number), ...synthetic.map(() => 0)]),
        }),
      };
    },
    judged(index, probability) {
      for (const [r, row] of rowsAt(index).entries()) hard?.judged(row, probability[r] as number);
    },
  };

  /** Inverted dropout: what is kept is scaled up, so that nothing is to be done when the head is used. */
  function maskOf(length: number): Float32Array {
    const scale = 1 / (1 - options.dropout);
    const cut = Math.round(options.dropout * 65_536);
    const mask = new Float32Array(length);
    // One number of 32 bits makes two masks of 16.
    for (let i = 0; i < length; i += 2) {
      const bits = dropping.next() * 2 ** 32;
      const high = Math.floor(bits / 65_536);
      if (high >= cut) mask[i] = scale;
      if (i + 1 < length && bits - high * 65_536 >= cut) mask[i + 1] = scale;
    }
    return mask;
  }
}

/** Synthetic negatives take their weight from the real ones, so that the classes stay balanced. */
function balance(targets: Float32Array, real: number): void {
  let before = 0;
  let all = 0;
  for (let i = 0; i < targets.length; i += 2) {
    const mass = targets[i] as number;
    all += mass;
    if (i < 2 * real) before += mass;
  }
  // Negatives alone are scaled; smoothing leaves a little of the other class in every row, which does not matter here.
  for (let i = 0; i < targets.length; i += 2) {
    if ((targets[i] as number) > (targets[i + 1] as number)) {
      targets[i] = ((targets[i] as number) * before) / all;
      targets[i + 1] = ((targets[i + 1] as number) * before) / all;
    }
  }
}

function standardiseRows(x: Float32Array, { mean, scale }: Standardisation): void {
  const d = mean.length;
  for (let at = 0; at < x.length; ) {
    for (let j = 0; j < d; j++, at++) x[at] = ((x[at] as number) - (mean[j] as number)) * (scale[j] as number);
  }
}

/** Whether all rows have length 1. */
function isNormalised(features: Float32Array, d: number): boolean {
  for (let i = 0; i < features.length; i += d) {
    let square = 0;
    for (let j = i; j < i + d; j++) square += (features[j] as number) ** 2;
    if (Math.abs(Math.sqrt(square) - 1) > 1e-3) return false;
  }
  return true;
}
