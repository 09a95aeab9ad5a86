import { SvError, splitByGroup } from '@streetvision/core';
import { refuseStraddling } from '../parts/index.js';
import type { RecordedFrame, Recording } from '../recording/types.js';

/** Two parts of the data without a common group. */
export interface Parts {
  readonly search: readonly RecordedFrame[];
  readonly judge: readonly RecordedFrame[];
  /** Names of the parts, where the data has them. */
  readonly names: readonly [search: string | null, judge: string | null];
}

/**
 * Searches on `calibration` and judges on `test` where the data is split so; else groups are dealt. Throws
 * `SV_DATA_SPLIT` where a group lies in two splits, or there is only one.
 */
export function partsOf({ frames, header }: Recording, share: number, seed: number): Parts {
  if (!(share > 0 && share < 1)) {
    throw new SvError('SV_TRAIN_OPTIONS', `The share to search on is ${share}, expected a number between 0 and 1.`);
  }
  const labelled = frames.filter(({ label }) => label !== null);
  const named = (name: string) => labelled.filter(({ split }) => split === name);
  const search = named('calibration');
  const judge = named('test');
  if (search.length > 0 && judge.length > 0) {
    refuseStraddling(header.data.name, labelled);
    return { search, judge, names: ['calibration', 'test'] };
  }
  const dealt = splitByGroup(labelled, { parts: { search: share, judge: 1 - share }, seed });
  return {
    search: labelled.filter((_, i) => dealt[i] === 'search'),
    judge: labelled.filter((_, i) => dealt[i] === 'judge'),
    names: [null, null],
  };
}
