import type { Random } from '@streetvision/core';
import type { Work } from '../draw/roadwork.js';
import { pickOf } from './mood.js';

/** Works on one side of the road, and the lanes that they leave open. */
export interface Site {
  readonly works: readonly Work[];
  /** 1 right, -1 left. */
  readonly side: -1 | 1;
  /** Freshly cut asphalt. */
  readonly patches: readonly {
    readonly x: number;
    readonly z: number;
    readonly width: number;
    readonly length: number;
  }[];
}

type Kind = Work['kind'];

/** Things of one kind along a line on the road, from near to far, each a little off it. */
function line(
  random: Random,
  kind: Kind,
  count: number,
  from: readonly [number, number],
  to: readonly [number, number],
): Work[] {
  return Array.from({ length: count }, (_, i) => {
    const along = count === 1 ? 0 : i / (count - 1);
    return {
      kind,
      x: from[0] + along * (to[0] - from[0]) + random.between(-0.12, 0.12),
      z: from[1] + along * (to[1] - from[1]) + random.between(-0.3, 0.3),
    };
  });
}

/** A lane closed by a taper, with what stands behind it. From one distant cone to a whole site. */
export function siteOf(random: Random, half: number): Site {
  const side = random.next() < 0.7 ? 1 : -1;
  // Near ones are rarer than in a list of depths drawn uniformly.
  const near = 7 + 30 * random.next() ** 1.4;
  const outer = side * (half - 0.8);
  const inner = side * random.between(0.4, 1.2);
  const works: Work[] = [];
  const small = random.next() < 0.2;
  if (small) {
    const kind = pickOf(random, ['cone', 'drum', 'sign', 'worker', 'plastic-barrier'] as const);
    const x = side * random.between(2.4, half + 0.9);
    works.push(...line(random, kind, 1 + random.below(2), [x, near], [x - side * 0.8, near + 5]));
    return { works, side, patches: [] };
  }
  const markers = pickOf(random, ['cone', 'cone', 'drum', 'plastic-barrier'] as const);
  const length = random.between(12, 28);
  const count = markers === 'plastic-barrier' ? 4 + random.below(4) : 4 + random.below(6);
  works.push(...line(random, markers, count, [outer, near], [inner, near + length * 0.6]));
  const behind = near + length * 0.6;
  if (random.next() < 0.55)
    works.push({ kind: 'sign', x: side * (half + 0.7), z: Math.max(6, near - random.between(0, 4)) });
  if (random.next() < 0.35) works.push({ kind: 'arrow-board', x: side * (half - 2), z: behind + 1 });
  if (random.next() < 0.4) {
    works.push(...line(random, 'barrier', 2, [side * 1.4, behind + 2], [side * (half - 1.4), behind + 2]));
  }
  if (random.next() < 0.5) {
    const kind = pickOf(random, ['digger', 'roller'] as const);
    works.push({ kind, x: side * (half - 1.7), z: behind + random.between(5, 12) });
  }
  if (random.next() < 0.6) {
    const workers = 1 + random.below(3);
    works.push(...line(random, 'worker', workers, [side * 2, behind + 3], [side * (half - 0.6), behind + 8]));
  }
  if (random.next() < 0.3) works.push({ kind: 'dirt', x: side * (half - 1.2), z: behind + 4 });
  const patches =
    random.next() < 0.5
      ? [{ x: side > 0 ? 1.6 : -half + 1, z: behind, width: half - 2.6, length: random.between(6, 14) }]
      : [];
  return { works, side, patches };
}
