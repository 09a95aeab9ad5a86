import { SvError } from '@streetvision/core';
import { splitOfName } from '../formats/split-names.js';

/** The split that a path names, as it spells it: `data/train-00000-of-00020.parquet` says `train`. */
export function splitIn(path: string): string | undefined {
  // The nearest to the file's own name wins.
  const words = path
    .toLowerCase()
    .replace(/\.parquet$/, '')
    .split(/[^a-z]+/)
    .reverse();
  return words.find((word) => splitOfName(word) !== undefined);
}

/** The files of one split, by its own spelling or any that means the same. Throws `SV_DATA_SPLIT`. */
export function filesOfSplit<File extends { readonly path: string }>(
  files: readonly File[],
  split: string,
  name: string,
): File[] {
  const wanted = split.toLowerCase();
  const exact = files.filter(({ path }) => splitIn(path) === wanted || path.split(/[/_.-]/).includes(split));
  const found = exact.length > 0 ? exact : files.filter(({ path }) => partIn(path) === (splitOfName(wanted) ?? wanted));
  if (found.length > 0) return found;
  const known = [...new Set(files.map(({ path }) => splitIn(path)).filter((word) => word !== undefined))];
  throw new SvError('SV_DATA_SPLIT', `${name} has no split \`${split}\`.`, {
    fix:
      known.length > 0 ? `Its file names speak of ${known.join(', ')}.` : 'Its file names speak of none: leave it out.',
  });
}

/** `train`, `calibration` or `test`. */
export const partIn = (path: string): string | undefined => splitOfName(splitIn(path));

/** Says the part of each file where the files speak of more than one. */
export function partsOf(files: readonly { readonly path: string }[]): typeof partIn | undefined {
  return new Set(files.map(({ path }) => partIn(path))).size > 1 ? partIn : undefined;
}
