/** What other tools call the parts, and what they are called here. */
const SPLITS: Readonly<Record<string, string>> = {
  train: 'train',
  training: 'train',
  calibration: 'calibration',
  calib: 'calibration',
  val: 'calibration',
  valid: 'calibration',
  validation: 'calibration',
  test: 'test',
  testing: 'test',
};

/** The part of the data that a folder or key of this name holds: `val` is `calibration`. Nothing where it is none. */
export const splitOfName = (name: string | undefined): string | undefined =>
  name === undefined || !Object.hasOwn(SPLITS, name.toLowerCase()) ? undefined : SPLITS[name.toLowerCase()];
