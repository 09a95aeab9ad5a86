/** Where a challenge's picture comes from. */
export type ChallengeSource = 'real' | 'i2i' | 't2i' | 'api';

export const SOURCES: readonly ChallengeSource[] = ['real', 'i2i', 't2i', 'api'];

export type ProfileName = '2026-01' | '2026-04' | '2026-05';

/** How validators of a time made challenges. */
export interface Profile {
  readonly name: ProfileName;
  readonly description: string;
  readonly shares: Readonly<Record<ChallengeSource, number>>;
  /** What is done to a picture before it is sent. */
  readonly augmentation: string;
  /** Whether the same picture is ever sent in two forms. */
  readonly varies: boolean;
  /** Seconds between two challenges of one validator. */
  readonly everySeconds: number;
}

const generated = { real: 0.5, i2i: 0.25, t2i: 0.25, api: 0 };

/** Known from the sources of the subnet: 28a1755, 62d7933 and ba068aa. */
export const PROFILES: Readonly<Record<ProfileName, Profile>> = {
  '2026-01': {
    name: '2026-01',
    description: '224 × 224, levels 0 to 3 of crop, rotation and distortion, JPEG quality 75',
    shares: generated,
    augmentation: 'sn72:2026-01',
    varies: true,
    everySeconds: 60,
  },
  '2026-04': {
    name: '2026-04',
    description: '224 × 224 with black bars, levels 0 to 3 of rotation and distortion, JPEG quality 75',
    shares: generated,
    augmentation: 'sn72:2026-04',
    varies: true,
    everySeconds: 60,
  },
  '2026-05': {
    name: '2026-05',
    description: 'native size, no augmentation, JPEG quality 75',
    shares: { real: 1 / 3, i2i: 1 / 6, t2i: 1 / 6, api: 1 / 3 },
    augmentation: 'sn72:2026-05',
    varies: false,
    everySeconds: 66,
  },
};

const PATTERNS: readonly (readonly [RegExp, ChallengeSource])[] = [
  [/i2i|img2img|image[-_ ]?to[-_ ]?image/i, 'i2i'],
  [/t2i|text[-_ ]?to[-_ ]?image|synthetic|generated|sdxl|cosmos|rendered/i, 't2i'],
  [/\bapi\b|benchmark/i, 'api'],
];

/** The source of a challenge that a dataset's `source` stands for; what names no generator is real. */
export function challengeSource(source: string, map: Readonly<Record<string, ChallengeSource>> = {}): ChallengeSource {
  return map[source] ?? PATTERNS.find(([pattern]) => pattern.test(source))?.[1] ?? 'real';
}
