/** A probability: finite and in [0, 1]. */
export function isScore(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 1;
}

/**
 * What is wrong with the numbers of a stage output, a verdict or a result, in words; undefined where nothing is. One
 * contract for what models, plugins and rules say: nothing that is NaN or out of range gets out.
 */
export function problemOf(said: object): string | undefined {
  const { score, scores, boxes, abstained, uncertainty } = said as Record<string, unknown>;
  if (abstained !== true && !isScore(score)) return `a score of ${shown(score)}`;
  if (scores !== undefined) {
    if (typeof scores !== 'object' || scores === null) return `scores that are ${shown(scores)}`;
    for (const [name, value] of Object.entries(scores)) {
      if (!isScore(value)) return `a score of ${shown(value)} for \`${name}\``;
    }
  }
  if (uncertainty !== undefined && uncertainty !== null) {
    for (const [name, value] of Object.entries(uncertainty)) {
      if (!(typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY)) {
        return `an uncertainty of ${shown(value)} for \`${name}\``;
      }
    }
  }
  if (boxes === undefined) return undefined;
  if (!Array.isArray(boxes)) return `boxes that are ${shown(boxes)}`;
  const bad = boxes.find((box) => !isBox(box));
  return bad === undefined ? undefined : `the box ${JSON.stringify(bad)}`;
}

function isBox(box: unknown): boolean {
  if (typeof box !== 'object' || box === null) return false;
  const { x, y, width, height, score, label } = box as Record<string, unknown>;
  const sizes = [width, height].every((side) => Number.isFinite(side) && Number(side) >= 0);
  return sizes && Number.isFinite(x) && Number.isFinite(y) && isScore(score) && typeof label === 'string';
}

const shown = (value: unknown) => (typeof value === 'object' && value !== null ? 'an object' : String(value));
