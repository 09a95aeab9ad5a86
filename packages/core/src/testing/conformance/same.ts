import type { StageOutput } from '../../types/index.js';

/** What differs between two outputs for one frame by more than the tolerance, in words; nothing where they agree. */
export function differences(one: StageOutput, other: StageOutput, tolerance: number): string | undefined {
  const far = (a: number, b: number) => Math.abs(a - b) > tolerance;
  if ((one.abstained ?? false) !== (other.abstained ?? false)) return 'it abstained once';
  if (far(one.score, other.score)) return `a score of ${one.score} and of ${other.score}`;
  for (const [name, score] of Object.entries(one.scores ?? {})) {
    const second = other.scores?.[name];
    if (second === undefined || far(score, second)) return `${score} and ${second} for \`${name}\``;
  }
  const [boxes, others] = [one.boxes?.length ?? 0, other.boxes?.length ?? 0];
  if (boxes !== others) return `${boxes} and ${others} boxes`;
  return undefined;
}
