import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SvError } from '@streetvision/core';
import { z } from 'zod';
import { writeShared } from '../cache/write-whole.js';
import type { Snapshot } from './hub.js';

const Pin = z.strictObject({
  version: z.literal(1),
  endpoint: z.string(),
  repo: z.string(),
  revision: z.string(),
  commit: z.string().regex(/^[0-9a-f]{40}$/),
  files: z.array(z.strictObject({ path: z.string(), bytes: z.int().nonnegative() })),
});

export interface PinnedRef {
  readonly endpoint: URL;
  readonly repo: string;
  readonly revision: string;
}

/** Folder of everything that is kept of a dataset. */
export const datasetFolder = (cache: string, repo: string): string => join(cache, 'datasets', 'hf', ...repo.split('/'));

const pinPath = (cache: string, { repo, revision }: PinnedRef): string =>
  join(datasetFolder(cache, repo), `${encodeURIComponent(revision).replace(/^\./, '%2e')}.pin.json`);

/** What a revision stood for when it was first read; undefined where nobody read it. Throws `SV_DATA_SOURCE`. */
export async function readPin(cache: string, ref: PinnedRef): Promise<Snapshot | undefined> {
  const path = pinPath(cache, ref);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const pin = Pin.safeParse(parseJson(text));
  if (!pin.success) {
    throw new SvError('SV_DATA_SOURCE', `The list of files kept in ${path} is damaged.`, { fix: 'Delete it.' });
  }
  const { endpoint, repo, commit, files } = pin.data;
  // Another mirror may hold another dataset of that name.
  return endpoint === ref.endpoint.origin && repo === ref.repo ? { commit, files } : undefined;
}

export async function writePin(cache: string, ref: PinnedRef, snapshot: Snapshot): Promise<void> {
  const { repo, revision, endpoint } = ref;
  const pin = { version: 1, endpoint: endpoint.origin, repo, revision, ...snapshot };
  await writeShared(pinPath(cache, ref), `${JSON.stringify(pin, null, 2)}\n`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
