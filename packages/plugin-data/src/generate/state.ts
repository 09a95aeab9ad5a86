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
}

/** A request that was sent, or was about to be. */
interface Asked {
  readonly index: number;
  readonly cost: number;
  /** It never reached the server. */
  readonly unsent?: true;
}

/** What was done so far in a folder, over all runs. */
export interface State {
  get(index: number): Outcome | undefined;
  add(index: number, outcome: Outcome): Promise<void>;
  /** Writes down a request and its cost, before it is sent. What it gives takes that back, where nothing was sent. */
  ask(index: number, cost: number): Promise<() => Promise<void>>;
  /** Requests that were sent, over all runs, and their cost; also those that failed or were cut off. */
  spent(): { readonly requests: number; readonly cost: number };
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
    const { print: _, ...earlier } = begun as Readonly<Record<string, unknown>>;
    const now = settings as Readonly<Record<string, unknown>>;
    const changed = [...new Set([...Object.keys(now), ...Object.keys(earlier)])].filter(
      (key) => JSON.stringify(now[key]) !== JSON.stringify(earlier[key]),
    );
    throw new SvError('SV_RUN_INVALID', `${folder} was begun with other settings (${changed.join(', ')}).`, {
      fix: 'Give the same again to go on, or name another folder with --out.',
    });
  }
  const asked: Asked[] = [];
  const key = (n: number) => `asked ${n}`;
  for (let one = journal.get(key(0)); one !== undefined; one = journal.get(key(asked.length))) asked.push(one as Asked);
  return {
    async ask(index, cost) {
      const n = asked.length;
      asked.push({ index, cost });
      await journal.add(key(n), asked[n]);
      return async () => {
        asked[n] = { index, cost: 0, unsent: true };
        await journal.add(key(n), asked[n]);
      };
    },
    spent: () => ({
      requests: asked.filter(({ unsent }) => !unsent).length,
      cost: asked.reduce((sum, one) => sum + one.cost, 0),
    }),
    get: (index) => journal.get(String(index)) as Outcome | undefined,
    add: (index, outcome) => journal.add(String(index), outcome),
    close: () => journal.close(false),
  };
}
