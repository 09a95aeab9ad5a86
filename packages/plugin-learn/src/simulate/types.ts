import type { HALTED } from './halted.js';
import type { ChallengeSource, ProfileName } from './profiles.js';

export interface SimulateOptions {
  /** Validators of which time. @default '2026-01' */
  readonly profile?: ProfileName;
  /** Challenges that are drawn and put to the cascade. @default 1000 */
  readonly challenges?: number;
  /** @default 0 */
  readonly seed?: number;
  /** Histories that are drawn from the answers, for the mean and again for the interval. @default 500 */
  readonly histories?: number;
  /** Challenges in a history; the first 100 fill the windows and do not count. @default 1000 */
  readonly length?: number;
  /** What a `source` of the data stands for, where its name does not say it. @example { unsplash: 'real' } */
  readonly sources?: Readonly<Record<string, ChallengeSource>>;
  /** The part of the data to draw from. @default `test` where the data has splits, else everything */
  readonly split?: string;
  /**
   * File that keeps the answers, so that another run asks nothing twice. Of a rule or hook its text and its file are
   * compared, not what it has closed over: remove the file where only that has changed.
   * @default a file in the cache that only an interrupted run leaves behind
   */
  readonly answers?: string;
  /** Told of each answer. */
  readonly onAnswer?: (done: number, total: number, failed: boolean) => void;
}

/** What a simulation came to. */
export interface Simulation {
  readonly profile: ProfileName;
  /** Mean reward of a challenge, once the windows are full; in [0, 1]. */
  readonly expectedReward: number;
  /** Of the mean reward over one history: luck of the draw, and other pictures of the same kind (groups drawn again). */
  readonly ci95: readonly [low: number, high: number];
  readonly challenges: number;
  /** Different pictures, or forms of a picture, that were answered. */
  readonly distinct: number;
  /** Of these the cascade failed on so many: they count as no answer. */
  readonly failed: number;
  /** Over all challenges. */
  readonly accuracy: number;
  /** Mean over the histories. */
  readonly mcc100: number;
  readonly acc10: number;
  /** Mean score at the end of a history: what weights would be made from. */
  readonly score: number;
  readonly histories: number;
  readonly length: number;
  readonly seed: number;
  readonly sources: {
    readonly shares: Readonly<Record<ChallengeSource, number>>;
    readonly pictures: Readonly<Record<ChallengeSource, number>>;
    /** Of which the data has nothing; a validator without them skips the challenge, as is done here. */
    readonly missing: readonly ChallengeSource[];
    /** Share of the challenges that is skipped for it. */
    readonly skipped: number;
  };
  readonly augmentation: string;
  readonly data: { readonly name: string; readonly n: number; readonly positives: number; readonly groups: number };
  readonly halted: typeof HALTED;
  readonly notes: readonly string[];
}

/** One challenge: a picture in one form. */
export interface Challenge {
  /** Of the sample, in the order of the data. */
  readonly sample: number;
  /** Which form of the picture; always 0 where pictures are sent as they are. */
  readonly form: number;
}

/** A challenge with what the cascade said. */
export interface AnsweredChallenge extends Challenge {
  readonly prediction: number;
  readonly label: 0 | 1;
  readonly group: string;
  readonly source: ChallengeSource;
}
