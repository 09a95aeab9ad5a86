import type { Expressions, Value } from '@streetvision/onnx';

/** Temperature of the contrastive term (Khosla et al. 2020 use 0.1). */
const TEMPERATURE = 0.1;

/** Keeps the logarithm of 1 − p finite. */
const TINY = 1e-6;

/**
 * Mean over the batch of `Σ targets · −log p`; with `gamma` each class's part is multiplied by `(1 − p)^gamma`, the
 * focal loss (Lin et al. 2017).
 * @param targets `[batch, classes]`, see `targetsOf`
 */
export function classLoss(e: Expressions, logits: Value, targets: Value, classes: number, gamma?: number): Value {
  const { missed, rest } = classes === 2 ? ofTwo(e, logits) : ofMany(e, logits);
  const parts = e.mul(targets, missed);
  const weighed = gamma === undefined ? parts : e.mul(parts, e.exp(e.mul(rest(), gamma)));
  return e.div(e.sum(weighed), e.count(logits, [0]));
}

/** Per class `−log p`, and, where it is asked for, `log(1 − p)`. */
interface Logs {
  readonly missed: Value;
  rest(): Value;
}

/** The logit speaks for class 1 and against class 0. */
function ofTwo(e: Expressions, logits: Value): Logs {
  const against = e.mul(logits, e.constant('sides', [1, 2], [1, -1]));
  return { missed: e.softplus(against), rest: () => e.neg(e.softplus(e.neg(against))) };
}

function ofMany(e: Expressions, logits: Value): Logs {
  const logs = e.logSoftmax(logits);
  return { missed: e.neg(logs), rest: () => e.log(e.sub(1 + TINY, e.exp(logs))) };
}

/**
 * Supervised contrastive loss on hidden units (Khosla et al. 2020, L_out): samples of a class draw together on the unit
 * sphere.
 * @param pairs `[batch, batch]`: 1 / (others of its class × samples that have one) where two samples share a class, else 0
 */
export function contrastiveLoss(e: Expressions, hidden: Value, pairs: Value): Value {
  const z = e.normalise(hidden);
  const similar = e.div(e.matmul(z, z, { transposeB: true }), TEMPERATURE);
  // No sample is compared with itself.
  const self = e.fixed('EyeLike', [pairs], pairs.dims);
  return e.neg(e.sum(e.mul(pairs, e.logSoftmax(e.sub(similar, e.mul(self, 1e9))))));
}

/** The `pairs` of a batch. */
export function pairsOf(labels: ArrayLike<number>): Float32Array {
  const n = labels.length;
  const counts = new Map<number, number>();
  for (let i = 0; i < n; i++) counts.set(labels[i] as number, (counts.get(labels[i] as number) ?? 0) + 1);
  const others = Array.from(labels, (label) => (counts.get(label) as number) - 1);
  const anchors = others.filter((count) => count > 0).length;
  const pairs = new Float32Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      if (i !== j && labels[i] === labels[j]) pairs[i * n + j] = 1 / ((others[i] as number) * anchors);
    }
  }
  return pairs;
}
