import type { RunInput } from '../../types/index.js';

/** One picture to decide on. */
export interface Input {
  /** As the user knows it; the key of its row. */
  readonly name: string;
  /** Where it is not the file of that name. */
  readonly input?: RunInput;
}
