import { calibrated } from '../cascade/rules/calibrated.js';
import { type CertainOptions, certain } from '../cascade/rules/certain.js';
import { agreement, always, budget, window } from '../cascade/rules/exit.js';
import { type FuseOptions, logOdds, max, mean, weighted } from '../cascade/rules/fuse.js';
import { learned } from '../cascade/rules/learned.js';
import { image, video } from '../cascade/rules/when.js';
import type { ExitRule, FuseRule, When } from '../types/index.js';

/** An exit rule as YAML and JSON write it: the name of the function, and what it takes. */
export type ExitData =
  | 'always'
  | 'budget'
  | { readonly window: readonly [low: number, high: number] }
  | { readonly calibrated: string }
  | { readonly agreement: number }
  | { readonly certain: CertainOptions }
  | { readonly budget: number };

/** A fuse rule as YAML and JSON write it. */
export type FuseData =
  | keyof typeof fuseRules
  | { readonly mean: FuseOptions }
  | { readonly max: FuseOptions }
  | { readonly logOdds: FuseOptions }
  | { readonly learned: string }
  | { readonly weighted: Readonly<Record<string, number>> };

/** A condition as YAML and JSON write it. */
export type WhenData = keyof typeof whenRules;

export const fuseRules = { mean, max, logOdds };
export const whenRules = { image, video };

const examples = new Map<unknown, { name: string; call: string }>([
  [window, { name: 'window', call: 'window(0.12, 0.88)' }],
  [calibrated, { name: 'calibrated', call: "calibrated('./calibration.json')" }],
  [agreement, { name: 'agreement', call: 'agreement(2)' }],
  [certain, { name: 'certain', call: 'certain({ maxEntropy: 0.3 })' }],
  [budget, { name: 'budget', call: 'budget()' }],
  [always, { name: 'always', call: 'always()' }],
  [mean, { name: 'mean', call: 'mean()' }],
  [max, { name: 'max', call: 'max()' }],
  [logOdds, { name: 'logOdds', call: 'logOdds()' }],
  [learned, { name: 'learned', call: "learned('./stack.json')" }],
  [weighted, { name: 'weighted', call: 'weighted({ stage: 1 })' }],
]);

/** How to call what makes a rule, where it was given in place of the rule. */
export function ruleFactory(value: unknown): { name: string; call: string } | undefined {
  return examples.get(value);
}

/** The rule itself, of a rule that was validated. */
export function exitRule(rule: ExitRule | ExitData): ExitRule {
  if (typeof rule === 'function') return rule;
  if (rule === 'always') return always();
  if (rule === 'budget') return budget();
  if ('window' in rule) return window(...rule.window);
  if ('calibrated' in rule) return calibrated(rule.calibrated);
  if ('certain' in rule) return certain(rule.certain);
  return 'agreement' in rule ? agreement(rule.agreement) : budget(rule.budget);
}

/** The rule itself, of a rule that was validated. */
export function fuseRule(rule: FuseRule | FuseData): FuseRule {
  if (typeof rule === 'function') return rule;
  if (typeof rule === 'string') return fuseRules[rule]();
  if ('weighted' in rule) return weighted(rule.weighted);
  if ('learned' in rule) return learned(rule.learned);
  if ('mean' in rule) return mean(rule.mean);
  return 'max' in rule ? max(rule.max) : logOdds(rule.logOdds);
}

/** The condition itself, of a condition that was validated. */
export function whenRule(when: When | WhenData): When {
  return typeof when === 'function' ? when : whenRules[when];
}
