import { createHash } from 'node:crypto';

/** Hex digits that are kept of a hash: two of a million pictures share them once in 10⁷ times. */
const DIGITS = 16;

/** Hashes cut short, each once, in order. */
export const shortHashes = (hashes: Iterable<string>): string[] => [...new Set(Array.from(hashes, shortHash))].sort();

export const shortHash = (sha256: string): string => sha256.slice(0, DIGITS);

/** Of the name of a group: names may tell more than they should. */
export const groupHash = (group: string): string => shortHash(createHash('sha256').update(group).digest('hex'));
