/** How the subnet pays: known from its source of January 2026, unchanged in May (commits 28a1755, 5d0756b). */
export const REWARD = { mccWindow: 100, accuracyWindow: 10, exponent: 3, alpha: 0.05 } as const;

/** What a miner would have been paid, challenge by challenge. */
export interface RewardHistory {
  /** In [0, 1]. */
  readonly reward: Float64Array;
  /** Matthews correlation of the last 100 answers, not below 0. */
  readonly mcc100: Float64Array;
  /** Accuracy of the last 10. */
  readonly acc10: Float64Array;
  /** The score that weights are made from: an exponential mean of the rewards that starts at 0. */
  readonly ema: Float64Array;
}

/**
 * The reward of subnet 72 after each challenge: `((½·mcc100 + ½·acc10) · valid)³`, 0 for an answer of −1, which stands for
 * none. Predictions are rounded half to even, so 0.5 means no. Of one class only the correlation is 0. A NaN in a window
 * brings both figures of the window to 0, as does one that rounds to neither 0 nor 1: the validator's library throws.
 *
 * @param predictions P(roadwork); −1 for no answer
 * @param labels 1 for roadwork, else 0
 * @example rewardHistory([0.9, 0.1], [1, 0]).reward // [0.125, 1]
 */
export function rewardHistory(predictions: ArrayLike<number>, labels: ArrayLike<number>): RewardHistory {
  const n = predictions.length;
  const history = {
    reward: new Float64Array(n),
    mcc100: new Float64Array(n),
    acc10: new Float64Array(n),
    ema: new Float64Array(n),
  };
  let ema = 0;
  for (let i = 0; i < n; i++) {
    const mcc = windowOf(predictions, labels, i, REWARD.mccWindow).mcc;
    const accuracy = windowOf(predictions, labels, i, REWARD.accuracyWindow).accuracy;
    const p = predictions[i] as number;
    const valid = p >= 0 && p <= 1 ? 1 : 0;
    const reward = ((0.5 * mcc + 0.5 * accuracy) * valid) ** REWARD.exponent;
    ema = REWARD.alpha * reward + (1 - REWARD.alpha) * ema;
    history.reward[i] = reward;
    history.mcc100[i] = mcc;
    history.acc10[i] = accuracy;
    history.ema[i] = ema;
  }
  return history;
}

const NOTHING = { mcc: 0, accuracy: 0 };

/** Both figures over the last `width` challenges up to `end`; those without an answer take a place and do not count. */
function windowOf(predictions: ArrayLike<number>, labels: ArrayLike<number>, end: number, width: number) {
  let tp = 0;
  let fp = 0;
  let tn = 0;
  let fn = 0;
  for (let i = Math.max(0, end - width + 1); i <= end; i++) {
    const p = predictions[i] as number;
    if (p === -1) continue;
    // Half to even over (−0.5, 1.5): both ends of 0 round to 0, 1.5 rounds to 2.
    const yes = p > 0.5 && p < 1.5;
    if (!yes && !(p >= -0.5 && p <= 0.5)) return NOTHING;
    if (labels[i] === 1) yes ? tp++ : fn++;
    else yes ? fp++ : tn++;
  }
  const n = tp + fp + tn + fn;
  if (n === 0) return NOTHING;
  const scale = Math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn));
  return { mcc: scale === 0 ? 0 : Math.max(0, (tp * tn - fp * fn) / scale), accuracy: (tp + tn) / n };
}
