import { SvError } from '@streetvision/core';

/** What choosing a part needs to know of a sample, or of a recorded frame. */
export interface PartSample {
  readonly id: string;
  readonly label: string | null;
  readonly group: string;
  readonly split?: string;
}

export interface PartOptions {
  /** The part that the user named, or several. */
  readonly asked?: string | readonly string[] | undefined;
  /** The part to take, or several, where nobody named one and the data is split; else it is all of the data. */
  readonly usual: string | readonly string[];
  /** Of the data, for messages. */
  readonly name: string;
}

/** The part of the data that a command works on. */
export interface Part<T> {
  readonly samples: readonly T[];
  readonly others: readonly T[];
  /** Names joined with `+`; `null` for all of the data. */
  readonly split: string | null;
}

/**
 * Picks the part of the data that a command works on: the one way for training, calibration, evaluation and simulation.
 *
 * Throws `SV_DATA_SPLIT` where near-duplicates lie in two parts, where only some samples say theirs and none was named,
 * and where the part has no labelled sample.
 *
 * @param samples all of the data, so that it is seen what the other parts hold
 */
export function choosePart<T extends PartSample>(samples: readonly T[], { asked, usual, name }: PartOptions): Part<T> {
  const labelled = samples.filter(({ label }) => label !== null);
  refuseStraddling(name, labelled);
  const parts = [...new Set(labelled.flatMap(({ split }) => split ?? []))];
  if (asked === undefined && parts.length > 0) refuseHalf(name, labelled, parts);
  const wanted = asked !== undefined ? [asked].flat() : parts.length > 0 ? [usual].flat() : undefined;
  if (wanted === undefined) return { samples, others: [], split: null };
  const isWanted = ({ split }: T) => split !== undefined && wanted.includes(split);
  if (labelled.length > 0 && !labelled.some(isWanted)) throw emptyPart(name, wanted, parts);
  return {
    samples: samples.filter(isWanted),
    others: samples.filter((sample) => !isWanted(sample)),
    split: wanted.join('+'),
  };
}

/** Near-duplicates in training and in test make figures that no new picture will live up to. Throws `SV_DATA_SPLIT`. */
export function refuseStraddling(name: string, samples: readonly PartSample[]): void {
  const firsts = new Map<string, PartSample>();
  for (const sample of samples) {
    const first = firsts.get(sample.group);
    if (!first) firsts.set(sample.group, sample);
    else if (first.split !== sample.split) {
      throw new SvError(
        'SV_DATA_SPLIT',
        `Group \`${sample.group}\` of ${name} lies in two splits: ${first.id} in ${first.split ?? 'none'}, ${sample.id} in ${sample.split ?? 'none'}.`,
        { fix: 'Split the data by group again, so that near-duplicates stay together.' },
      );
    }
  }
}

function refuseHalf(name: string, labelled: readonly PartSample[], parts: readonly string[]): void {
  const without = labelled.filter(({ split }) => split === undefined);
  if (without.length === 0) return;
  throw new SvError(
    'SV_DATA_SPLIT',
    `Of ${labelled.length} labelled samples of ${name} ${without.length} are in no split, such as ${without[0]?.id}; the others are in ${parts.join(', ')}.`,
    { fix: 'Name the split with --split, or split all of the data.' },
  );
}

function emptyPart(name: string, wanted: readonly string[], parts: readonly string[]): SvError {
  const there = parts.length > 0 ? `its splits are ${parts.join(', ')}` : 'it has no splits';
  return new SvError(
    'SV_DATA_SPLIT',
    `${name} has no labelled sample in the split \`${wanted.join('` or `')}\`: ${there}.`,
    { fix: parts.length > 0 ? `Name one: --split ${parts[0]}.` : 'Leave --split out.' },
  );
}
