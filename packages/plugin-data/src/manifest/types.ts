import type { Box } from '@streetvision/core';

/** The version that this package writes and reads. */
export const MANIFEST_VERSION = 1;

/** How many samples there are of what. */
export interface Counts {
  readonly samples: number;
  /** By label; samples that nobody has labelled are not among them. */
  readonly labels: Readonly<Record<string, number>>;
  readonly unlabelled: number;
  readonly groups: number;
  readonly sources: Readonly<Record<string, number>>;
  /** By part; empty where the data was not split. */
  readonly splits: Readonly<Record<string, number>>;
}

/** How a manifest was split. */
export interface SplitFacts {
  readonly seed: number;
  readonly parts: Readonly<Record<string, number>>;
  /** The column that said the group, where one was named. */
  readonly group?: string;
  /** Where near-duplicates were brought together: within how many bits, and how many groups that joined. */
  readonly nearDuplicates?: { readonly radius: number; readonly joined: number };
}

/** The first line of a manifest. */
export interface ManifestHeader {
  readonly version: typeof MANIFEST_VERSION;
  readonly name: string;
  /** ISO date. Left out where two runs are to give the same bytes. */
  readonly created?: string;
  /** Content hash, hex: see `contentHash`. */
  readonly sha256: string;
  /** Folder that files are relative to, itself relative to the manifest. @default '.' */
  readonly root?: string;
  readonly counts: Counts;
  readonly split?: SplitFacts;
  /** How samples were drawn, where they were: seed, weights, limit. */
  readonly mix?: Readonly<Record<string, unknown>>;
}

/** A line of a manifest after the first. */
export interface ManifestLine {
  readonly id: string;
  /** Relative to the root. */
  readonly file?: string;
  /** Where the picture is no file of its own: another dataset, as a reference relative to the manifest, and the id there. */
  readonly ref?: { readonly data: string; readonly id: string };
  /** Of the encoded picture, hex. */
  readonly sha256: string;
  readonly label: string | null;
  readonly group: string;
  readonly source: string;
  readonly split?: string;
  readonly meta?: Readonly<Record<string, unknown>>;
  readonly boxes?: readonly Box[];
}

/** A manifest, read whole. */
export interface Manifest {
  readonly header: ManifestHeader;
  readonly lines: readonly ManifestLine[];
}
