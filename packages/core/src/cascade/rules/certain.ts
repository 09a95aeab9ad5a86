import { SvError } from '../../errors/sv-error.js';
import type { ExitRule, Verdict } from '../../types/index.js';
import { lastStep } from './runs.js';

/** Bounds that must all hold; at least one. */
export interface CertainOptions {
  /** Largest entropy of the verdict in nats: 0 is certain, ln 2 = 0.693 is a coin. */
  readonly maxEntropy?: number;
  /**
   * Largest mutual information in nats that a stage of the step reports of its samples (MC dropout): how much they
   * contradict each other. Where no stage reports one, the bound does not hold.
   */
  readonly maxMutualInformation?: number;
  /** Largest standard deviation of the scores of the step's stages. Of a single stage the bound does not hold. */
  readonly maxDisagreement?: number;
}

/**
 * Stops when the answer is certain, by entropy, by mutual information, or by how little the stages disagree.
 *
 * @example `{ run: ['dinov3', 'siglip2'], exit: certain({ maxEntropy: 0.3, maxDisagreement: 0.1 }) }`
 */
export function certain(options: CertainOptions): ExitRule {
  const { maxEntropy, maxMutualInformation, maxDisagreement } = check(options);
  return (verdict, evidence) => {
    const runs = lastStep(evidence);
    const told: string[] = [];
    const holds = (name: string, value: number | undefined, bound: number | undefined): boolean => {
      if (bound === undefined) return true;
      if (value === undefined || !(value <= bound)) return false;
      told.push(`${name} ${value.toFixed(3)} ≤ ${bound}`);
      return true;
    };
    const informations = runs.flatMap(({ output }) => output.uncertainty?.mutualInformation ?? []);
    const scores = runs.map(({ output }) => output.score);
    return holds('entropy', entropyOf(verdict), maxEntropy) &&
      holds(
        'mutual information',
        informations.length > 0 ? Math.max(...informations) : undefined,
        maxMutualInformation,
      ) &&
      holds('disagreement', scores.length > 1 ? deviation(scores) : undefined, maxDisagreement)
      ? { reason: told.join(', ') }
      : undefined;
  };
}

function check(options: CertainOptions): CertainOptions {
  const bounds = Object.entries(options ?? {}).filter(([, bound]) => bound !== undefined);
  const known = ['maxEntropy', 'maxMutualInformation', 'maxDisagreement'];
  if (bounds.length > 0 && bounds.every(([key, bound]) => known.includes(key) && bound >= 0)) return options;
  throw new SvError(
    'SV_CONFIG_INVALID',
    `certain(${JSON.stringify(options)}): expected at least one of ${known.join(', ')}, 0 or more.`,
    { fix: 'For instance certain({ maxEntropy: 0.3 }).' },
  );
}

/** In nats; of two classes that of the score. */
function entropyOf({ score, scores }: Verdict): number {
  const values = scores && Object.keys(scores).length > 1 ? Object.values(scores) : [score, 1 - score];
  return values.reduce((sum, p) => (p > 0 ? sum - p * Math.log(p) : sum), 0);
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
