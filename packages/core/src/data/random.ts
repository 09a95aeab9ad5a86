import { SvError } from '../errors/sv-error.js';

/** Numbers that look random and are the same for the same seed, on every machine. */
export interface Random {
  /** Uniform in [0, 1), with 32 bits. */
  next(): number;
  /** Uniform in [low, high). */
  between(low: number, high: number): number;
  /** A whole number, uniform in [0, count). */
  below(count: number): number;
  /** Normal with mean 0 and standard deviation 1 (Box–Muller). */
  normal(): number;
  /** A shuffled copy (Fisher–Yates). */
  shuffle<T>(items: readonly T[]): T[];
  /** Another stream of numbers, that of this seed and the name: so that one part drawing more changes no other part. */
  fork(name: string | number): Random;
}

/**
 * Seeded random numbers: sfc32 (Doty-Humphrey, PractRand), seeded by a hash of seed and names.
 * @param seed any whole number or text
 * @example
 * const random = createRandom(42);
 * const order = random.fork('shuffle').shuffle(samples);
 */
export function createRandom(seed: number | string): Random {
  if (typeof seed === 'number' && !Number.isSafeInteger(seed)) {
    throw new SvError('SV_TRAIN_OPTIONS', `The seed is ${seed}, expected a whole number.`);
  }
  const key = String(seed);
  const draw = sfc32(hash(`${key}#a`), hash(`${key}#b`), hash(`${key}#c`));
  const random: Random = {
    next: draw,
    between: (low, high) => low + (high - low) * draw(),
    below: (count) => Math.floor(draw() * count),
    normal: () => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw()),
    shuffle(items) {
      const out = [...items];
      for (let i = out.length - 1; i > 0; i--) {
        const j = random.below(i + 1);
        [out[i], out[j]] = [out[j] as (typeof out)[number], out[i] as (typeof out)[number]];
      }
      return out;
    },
    fork: (name) => createRandom(`${key}/${name}`),
  };
  return random;
}

function sfc32(a: number, b: number, c: number): () => number {
  let counter = 1;
  const step = () => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return (t >>> 0) / 2 ** 32;
  };
  // The first numbers still show the seed.
  for (let i = 0; i < 12; i++) step();
  return step;
}

/** FNV-1a with a final mix. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) | 0;
}
