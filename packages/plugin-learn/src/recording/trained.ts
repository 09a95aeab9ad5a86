import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';

/** What the heads that answer were trained on, as far as that is known. */
export interface Trained {
  /** sha256 of the pictures, hex. */
  readonly pictures: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
}

const row = z.object({ id: z.string(), sha256: z.string(), group: z.string() });

/** Looks beside model files for the `data.jsonl` of a run folder. A head that was copied elsewhere tells nothing. */
export async function readTrained(files: readonly string[]): Promise<Trained> {
  const pictures = new Set<string>();
  const groups = new Set<string>();
  for (const folder of new Set(files.map((file) => dirname(file)))) {
    for (const line of await linesOf(join(folder, 'data.jsonl'))) {
      const parsed = row.safeParse(parse(line));
      if (!parsed.success) continue;
      pictures.add(parsed.data.sha256);
      // A picture of no group is its own.
      if (parsed.data.group !== parsed.data.id) groups.add(parsed.data.group);
    }
  }
  return { pictures, groups };
}

async function linesOf(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line !== '');
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
