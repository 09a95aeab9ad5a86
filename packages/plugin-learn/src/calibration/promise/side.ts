import type { SideRefused } from '@streetvision/core';
import { binomialCdf, clopperPearsonUpper, exitsNeeded } from '../../statistics/index.js';
import { percent } from './percent.js';

/** Frames that reached a step, those first that are surest of the side's answer. */
export interface SideFrames {
  readonly scores: Float64Array;
  /** 1 where the side's answer would be wrong. */
  readonly wrong: Uint8Array;
  /** How many of them get the side's answer at all. */
  readonly limit: number;
  /** Frames on the side of a cut that was set without a look at labels: says how many exits can be hoped for. */
  readonly expected: number;
}

/** What one side of one step has to keep. */
export interface SideTerms {
  readonly risk: 'conditional' | 'marginal';
  readonly method: 'fixed-sequence' | 'clopper-pearson';
  readonly targetError: number;
  /** Chance to be wrong. */
  readonly delta: number;
  /** All frames, on which a marginal risk is counted. */
  readonly total: number;
}

/** The frames that leave: so many of the surest. */
export interface Exits {
  readonly exits: number;
  readonly errors: number;
  /** Upper bound of the risk. */
  readonly upper: number;
}

/** The loosest threshold that keeps the terms, or why there is none. */
export function chooseExits(frames: SideFrames, terms: SideTerms): Exits | SideRefused {
  if (terms.risk === 'marginal') return marginal(frames, terms);
  const needed = exitsNeeded(0, terms.targetError, terms.delta);
  if (frames.limit < needed) {
    return { refused: `${frames.limit} exits, ${needed} needed for ${aim(terms)}` };
  }
  return terms.method === 'fixed-sequence' ? fixedSequence(frames, terms) : clopperPearson(frames, terms);
}

/**
 * P(wrong and out here) rises with the threshold, so that every threshold at once is covered by one bound and none has
 * to be paid for.
 */
function marginal({ scores, wrong, limit }: SideFrames, terms: SideTerms): Exits | SideRefused {
  const { targetError, delta, total } = terms;
  const needed = exitsNeeded(0, targetError, delta);
  if (total < needed) return { refused: `${total} frames, ${needed} needed for ${aim(terms)}` };
  const allowed = allowedErrors(total, targetError, delta);
  let exits = 0;
  let errors = 0;
  let seen = 0;
  for (let i = 0; i < limit; i++) {
    seen += wrong[i] as number;
    if (seen > allowed) break;
    if (!isEnd(scores, i)) continue;
    exits = i + 1;
    errors = seen;
  }
  if (exits === 0) return { refused: `already the surest are wrong: at most ${allowed} of ${total} may be` };
  return { exits, errors, upper: clopperPearsonUpper(errors, total, delta) };
}

/** Learn-then-Test in a fixed sequence (arXiv 2110.01052): from strict to loose, until the first that cannot be shown. */
function fixedSequence(frames: SideFrames, terms: SideTerms): Exits | SideRefused {
  const { targetError, delta } = terms;
  // The first test is where a few errors may be seen, if the side is large enough: one unlucky frame shall not end it.
  const patience = [2, 1, 0].find((errors) => exitsNeeded(errors, targetError, delta) <= frames.expected / 3) ?? 0;
  const start = exitsNeeded(patience, targetError, delta);
  let chosen: Exits | undefined;
  for (const exits of ladder(frames, exitsNeeded(0, targetError, delta), 1.05)) {
    if (exits < start) continue;
    const errors = count(frames.wrong, exits);
    if (binomialCdf(errors, exits, targetError) > delta) {
      return chosen ?? { refused: tooMany(errors, exits, allowedErrors(exits, targetError, delta), terms) };
    }
    chosen = { exits, errors, upper: clopperPearsonUpper(errors, exits, delta) };
  }
  return chosen ?? { refused: `${frames.limit} exits, ${start} needed for ${aim(terms)}` };
}

/** Clopper–Pearson bounds of a few thresholds that all hold together (Bonferroni), of which the loosest is taken. */
function clopperPearson(frames: SideFrames, terms: SideTerms): Exits | SideRefused {
  const { targetError } = terms;
  const each = terms.delta / thresholdsTested(frames.scores.length, targetError, terms.delta);
  let chosen: Exits | undefined;
  let strictest: { exits: number; errors: number } | undefined;
  for (const exits of ladder(frames, exitsNeeded(0, targetError, terms.delta), 1.5)) {
    const errors = count(frames.wrong, exits);
    strictest ??= { exits, errors };
    const upper = clopperPearsonUpper(errors, exits, each);
    if (upper <= targetError) chosen = { exits, errors, upper };
  }
  if (chosen) return chosen;
  const needed = exitsNeeded(0, targetError, each);
  if (frames.limit < needed || !strictest)
    return { refused: `${frames.limit} exits, ${needed} needed for ${aim(terms)}` };
  return {
    refused: tooMany(strictest.errors, strictest.exits, allowedErrors(strictest.exits, targetError, each), terms),
  };
}

/** How many thresholds the Clopper–Pearson method looks at: known before any label or score is. */
export function thresholdsTested(n: number, targetError: number, delta: number): number {
  return Math.max(1, [...ranks(n, exitsNeeded(0, targetError, delta), 1.5)].length);
}

/** Numbers of exits to try, strictest first: they depend on how many frames there are, not on labels. */
function* ranks(n: number, first: number, ratio: number): Generator<number> {
  for (let rank = first; rank <= n; rank = Math.max(rank + 1, Math.ceil(rank * ratio))) yield rank;
}

/** The ranks that the side has, each moved to the end of its ties: equal scores leave together. */
function* ladder({ scores, limit }: SideFrames, first: number, ratio: number): Generator<number> {
  let before = 0;
  for (const rank of ranks(scores.length, first, ratio)) {
    let exits = rank;
    while (exits < scores.length && !isEnd(scores, exits - 1)) exits++;
    if (exits > limit) return;
    if (exits > before) yield exits;
    before = exits;
  }
}

const isEnd = (scores: Float64Array, i: number) => scores[i + 1] !== scores[i];

function count(wrong: Uint8Array, exits: number): number {
  let errors = 0;
  for (let i = 0; i < exits; i++) errors += wrong[i] as number;
  return errors;
}

/** The most errors among `exits` with which the target can still be shown; −1 where none may be. */
function allowedErrors(exits: number, targetError: number, delta: number): number {
  let errors = -1;
  while (binomialCdf(errors + 1, exits, targetError) <= delta) errors++;
  return errors;
}

const aim = ({ targetError, delta }: SideTerms) => `${percent(targetError)} at ${percent(1 - delta)}`;

const tooMany = (errors: number, exits: number, allowed: number, terms: SideTerms) =>
  `of the ${exits} surest ${errors} are wrong, at most ${Math.max(0, allowed)} may be for ${aim(terms)}`;
