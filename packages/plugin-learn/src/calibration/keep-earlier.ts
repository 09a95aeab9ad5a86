import { resolve } from 'node:path';
import { type Calibration, type Project, readCalibration } from '@streetvision/core';
import { nameOf } from './answers.js';
import { shortHashes } from './short-hashes.js';

/**
 * A calibration of one step, with what `file` holds of the steps before it that leave by that very file: it can then be
 * written there without taking their thresholds away. Throws `SV_CALIBRATION_INVALID`.
 */
export async function keepEarlier(
  calibration: Calibration,
  step: string,
  file: string,
  { cascade, dir }: Pick<Project, 'cascade' | 'dir'>,
): Promise<Calibration> {
  const first = cascade.findIndex((one) => nameOf(one) === step);
  const names = cascade
    .slice(0, Math.max(0, first))
    .filter(({ exit }) =>
      [exit ?? []].flat().some(({ reads }) => reads !== undefined && resolve(dir, reads) === resolve(file)),
    )
    .map(nameOf);
  if (names.length === 0) return calibration;
  const before = await readCalibration(file);
  const kept = names.flatMap((name) => {
    const found = before.steps[name];
    return found ? [[name, found] as const] : [];
  });
  const { data, promise } = calibration;
  return {
    ...calibration,
    data: {
      ...data,
      pictures: shortHashes([...before.data.pictures, ...data.pictures]),
      groups: shortHashes([...before.data.groups, ...data.groups]),
    },
    promise: {
      ...promise,
      caveats: [
        ...promise.caveats,
        `${names.map((name) => `\`${name}\``).join(', ')} keeps the thresholds of an earlier calibration, which promised by itself: ${before.promise.statement}`,
      ],
    },
    steps: { ...Object.fromEntries(kept), ...calibration.steps },
  };
}
