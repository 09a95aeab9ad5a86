import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { readLines, readText } from '../files/read-lines.js';
import { readSeen, type Seen, type SeenLine, seenLine, seenOf } from './seen.js';

/** What the heads that answer were trained on, as far as that is known. */
export type Trained = Seen;

const row = z.looseObject({ id: z.string(), sha256: z.string(), group: z.string() });

/** What tells that a folder was made by training, or by checking in what was trained elsewhere. */
const SEALS = ['run.json', 'import.json'];

/**
 * Looks beside model files for what a run folder says was trained on: `data.jsonl`, and `seen.jsonl` for the heads that
 * training went on from. A head that was copied elsewhere tells nothing. Throws `SV_RUN_INVALID` where they are damaged.
 */
export async function readTrained(files: readonly string[]): Promise<Trained> {
  const lines: SeenLine[] = [];
  for (const folder of new Set(files.map((file) => dirname(file)))) {
    lines.push(...(await trainedIn(folder)), ...(await readSeen(folder)));
  }
  return seenOf(lines);
}

async function trainedIn(folder: string): Promise<SeenLine[]> {
  const path = join(folder, 'data.jsonl');
  if (await isOther(folder, path)) return [];
  return ((await readLines(path, row)) ?? []).map(seenLine);
}

/** A dataset may have the same name and lie beside a model: then no run is there, and its first line is none of ours. */
async function isOther(folder: string, path: string): Promise<boolean> {
  const seals = await Promise.all(
    SEALS.map((name) =>
      stat(join(folder, name)).then(
        () => true,
        () => false,
      ),
    ),
  );
  if (seals.includes(true)) return false;
  const first = (await readText(path))?.split('\n', 1)[0];
  if (first === undefined) return true;
  try {
    return !row.safeParse(JSON.parse(first)).success;
  } catch {
    return false; // no dataset either: damaged
  }
}
