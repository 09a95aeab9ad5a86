import { join } from 'node:path';
import { z } from 'zod';
import { readLines } from '../files/read-lines.js';

/** A line of `seen.jsonl`: a picture that an earlier head in the chain was trained on. */
export interface SeenLine {
  /** Of the encoded picture, hex. */
  readonly sha256: string;
  /** `null` for a picture of no group. */
  readonly group: string | null;
}

/** The pictures and groups that a head or one before it was trained on. */
export interface Seen {
  /** sha256 of the pictures, hex. */
  readonly pictures: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
}

export const SEEN_FILE = 'seen.jsonl';

const line = z.looseObject({ sha256: z.string(), group: z.string().nullable() });

/** What the heads before the one of a run folder saw; none where it was trained anew. Throws `SV_RUN_INVALID`. */
export const readSeen = async (folder: string): Promise<SeenLine[]> =>
  (await readLines<SeenLine>(join(folder, SEEN_FILE), line)) ?? [];

/** A sample as a line of `seen.jsonl`. A picture of no group has its own id for one. */
export const seenLine = ({ id, sha256, group }: { id: string; sha256: string; group: string }): SeenLine => ({
  sha256,
  group: group === id ? null : group,
});

/** Each line once, in the order of first sight. */
export function distinct(lines: readonly SeenLine[]): SeenLine[] {
  const known = new Map(lines.map(({ sha256, group }) => [JSON.stringify([sha256, group]), { sha256, group }]));
  return [...known.values()];
}

export const seenOf = (lines: readonly SeenLine[]): Seen => ({
  pictures: new Set(lines.map(({ sha256 }) => sha256)),
  groups: new Set(lines.flatMap(({ group }) => (group === null ? [] : [group]))),
});
