import { type Logger, SvError } from '@streetvision/core';

/** Entropy-minimising adaptation of scale and shift on the logit, after Tent (Wang et al. 2021). */
export interface AdaptOptions {
  /** Step of the gradient. @default 1e-3 */
  readonly learningRate?: number;
  /** Frames after which scale and shift start anew. @default 64 */
  readonly window?: number;
  /** Share of positive answers in a window outside of which adaptation stops until the next one. @default [0.1, 0.9] */
  readonly band?: readonly [low: number, high: number];
  /** Frames of a window before the share is looked at. @default 16 */
  readonly patience?: number;
}

/** Adapts to the frames it sees; its state belongs to one runtime. */
export interface Adapter {
  /** P(positive) of a batch to P(positive) under the scale and shift of before the batch, which are then moved. */
  adapt(scores: readonly number[]): readonly number[];
  /** For tests and for people. */
  state(): { readonly scale: number; readonly shift: number; readonly stopped: boolean; readonly seen: number };
}

const TINY = 1e-6;

/** Throws `SV_CONFIG_INVALID` for a head of more than two classes. */
export function createAdapter(options: AdaptOptions, classes: number, log: Logger): Adapter {
  if (classes !== 2) {
    throw new SvError('SV_CONFIG_INVALID', `\`adapt\` moves one logit, the head has ${classes} classes.`, {
      fix: 'Leave `adapt` out.',
    });
  }
  const { learningRate = 1e-3, window = 64, band = [0.1, 0.9], patience = 16 } = options;
  let scale = 1;
  let shift = 0;
  let seen = 0;
  let positive = 0;
  let stopped = false;
  const restart = () => {
    [scale, shift, seen, positive, stopped] = [1, 0, 0, 0, false];
  };
  return {
    state: () => ({ scale, shift, stopped, seen }),
    adapt(scores) {
      if (seen >= window) restart();
      const logits = scores.map((p) => {
        const kept = Math.min(1 - TINY, Math.max(TINY, p));
        return Math.log(kept / (1 - kept));
      });
      const moved = logits.map((s) => scale * s + shift);
      const adapted = moved.map((s, i) =>
        scale === 1 && shift === 0 ? (scores[i] as number) : 1 / (1 + Math.exp(-s)),
      );
      seen += scores.length;
      positive += adapted.filter((p) => p >= 0.5).length;
      const share = positive / seen;
      if (!stopped && seen >= patience && (share < band[0] || share > band[1])) {
        log.warn(
          `adaptation stopped for this window: ${(share * 100).toFixed(0)} % positive is outside ${band[0] * 100}–${band[1] * 100} %`,
        );
        [scale, shift, stopped] = [1, 0, true];
      }
      if (stopped) return adapted;
      // Entropy falls along s′·p(1 − p): with s = scale · logit + shift, dH/ds = −s · p(1 − p).
      let forScale = 0;
      let forShift = 0;
      for (const [i, s] of moved.entries()) {
        const p = 1 / (1 + Math.exp(-s));
        const slope = (-s * p * (1 - p)) / moved.length;
        forScale += slope * (logits[i] as number);
        forShift += slope;
      }
      scale -= learningRate * forScale;
      shift -= learningRate * forShift;
      return adapted;
    },
  };
}
