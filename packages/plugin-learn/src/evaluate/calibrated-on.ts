import { resolve } from 'node:path';
import { type Project, readCalibration } from '@streetvision/core';
import { groupHash, shortHash } from '../calibration/short-hashes.js';
import type { RecordedFrame } from '../recording/types.js';

/** How many of the frames chose the exits that they are judged under. */
export interface CalibratedOn {
  /** The very pictures. */
  readonly pictures: number;
  /** Others that share the name of a group with such a picture. */
  readonly near: number;
}

/** Looks into the calibrations that the cascade leaves by. Throws `SV_CALIBRATION_INVALID`. */
export async function calibratedOn(
  frames: readonly RecordedFrame[],
  { cascade, dir }: Pick<Project, 'cascade' | 'dir'>,
): Promise<CalibratedOn> {
  const files = new Set(cascade.flatMap(({ exit }) => [exit ?? []].flat().flatMap(({ reads }) => reads ?? [])));
  const calibrations = await Promise.all([...files].map((file) => readCalibration(resolve(dir, file))));
  const pictures = new Set(calibrations.flatMap(({ data }) => data.pictures));
  const groups = new Set(calibrations.flatMap(({ data }) => data.groups));
  const seen = frames.filter(({ sha256 }) => pictures.has(shortHash(sha256)));
  const near = frames.filter(({ sha256, group }) => !pictures.has(shortHash(sha256)) && groups.has(groupHash(group)));
  return { pictures: seen.length, near: near.length };
}
