import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SvError } from '@streetvision/core';
import { type Journal, openJournal } from '../manifest/journal.js';
import type { ManifestLine } from '../manifest/types.js';
import type { Refused } from './check-picture.js';

/** What became of one request. */
export interface Outcome {
  readonly lines: readonly ManifestLine[];
  /** Perceptual hashes of the lines. */
  readonly hashes: readonly string[];
  readonly refused: readonly { readonly why: Refused; readonly of?: string }[];
  readonly cost: number;
}

/** What was done so far in a folder, over all runs. */
export interface State {
  get(index: number): Outcome | undefined;
  add(index: number, outcome: Outcome): Promise<void>;
  close(): Promise<void>;
}

const NAME = 'generate.jsonl';

/** Opens the journal of a folder. Throws `SV_RUN_INVALID` where it was begun with other settings. */
export async function openState(folder: string, settings: object): Promise<State> {
  await mkdir(folder, { recursive: true });
  const journal: Journal<unknown> = await openJournal(join(folder, NAME));
  const print = createHash('sha256').update(JSON.stringify(settings)).digest('hex');
  const begun = journal.get('settings') as { print: string } | undefined;
  if (begun === undefined) await journal.add('settings', { print, ...settings });
  else if (begun.print !== print) {
    await journal.close(false);
    const changed = Object.entries(settings).filter(
      ([key, value]) => JSON.stringify(value) !== JSON.stringify((begun as Record<string, unknown>)[key]),
    );
    throw new SvError(
      'SV_RUN_INVALID',
      `${folder} was begun with other settings (${changed.map(([key]) => key).join(', ')}).`,
      {
        fix: 'Give the same again to go on, or name another folder with --out.',
      },
    );
  }
  return {
    get: (index) => journal.get(String(index)) as Outcome | undefined,
    add: (index, outcome) => journal.add(String(index), outcome),
    close: () => journal.close(false),
  };
}
