import type { Random } from '@streetvision/core';
import { type ChallengeSource, type Profile, SOURCES } from './profiles.js';

/** What a draw needs to know of a sample or an answer. */
export interface Drawable {
  readonly label: 0 | 1;
  readonly source: ChallengeSource;
}

/** Draws as a validator does: a label, a source, then any picture of both; nothing where there is none. */
export type Draw = (random: Random) => number | undefined;

/** @returns a draw of an index into `items` */
export function createDraw(items: readonly Drawable[], { shares }: Pick<Profile, 'shares'>): Draw {
  const cells = new Map<string, number[]>();
  const put = (key: string, i: number) => {
    const cell = cells.get(key);
    if (cell) cell.push(i);
    else cells.set(key, [i]);
  };
  for (const [i, { label, source }] of items.entries()) put(cellOf(label, source), i);
  return (random) => {
    const label = random.below(2) as 0 | 1;
    const cell = cells.get(cellOf(label, pickSource(random, shares)));
    return cell?.[random.below(cell.length)];
  };
}

// The server behind `api` gives any picture, and its label replaces the one that was drawn.
const cellOf = (label: 0 | 1, source: ChallengeSource) => (source === 'api' ? 'api' : `${source} ${label}`);

function pickSource(random: Random, shares: Profile['shares']): ChallengeSource {
  let left = random.next();
  for (const source of SOURCES) {
    left -= shares[source];
    if (left < 0) return source;
  }
  return 'real';
}

/** Draws again until there is something; whoever calls has seen that there is. */
export function drawOne(draw: Draw, random: Random): number {
  for (;;) {
    const drawn = draw(random);
    if (drawn !== undefined) return drawn;
  }
}
