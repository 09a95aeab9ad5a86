import type { Random } from '../data/random.js';

/** Makes another picture of a picture: of the same thing, as it might have been seen or sent otherwise. */
export interface Augmentation<Name extends string = string> {
  /** `rain`; `sn72:2026-01`. */
  readonly name: Name;
  /** For people: `drops and a grey veil`. */
  readonly description: string;
  /**
   * An encoded picture to an encoded picture. The same bytes and the same numbers give the same picture.
   * @param random every choice is drawn from it, so pass a fork per picture. Throws `SV_IMAGE_*`.
   */
  apply(bytes: Uint8Array, random: Random): Promise<Uint8Array>;
}
