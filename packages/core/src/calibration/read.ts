import { basename } from 'node:path';
import { type Expected, readChecked } from './read-json.js';
import { calibrationSchema } from './schema.js';
import type { Calibration } from './types.js';

/** Reads a `calibration.json`. Throws `SV_CALIBRATION_INVALID`. */
export const readCalibration = async (path: string): Promise<Calibration> =>
  (await readChecked(path, expected(path))) as Calibration;

const expected = (path: string): Expected => ({
  schema: calibrationSchema,
  otherwise: 'holds no calibration',
  fix: `Make it with \`sv calibrate --data <labelled pictures> --out ${basename(path)}\`.`,
});
