import { open, readFile, rm, stat, writeFile } from 'node:fs/promises';

/**
 * A download that is not finished: `<file>.part`, and beside it `<file>.part.etag` with the strong ETag of what
 * the bytes belong to. Only the holder of the file's lock touches them.
 */
export interface Part {
  readonly bytes: number;
  readonly etag: string | undefined;
}

export async function readPart(path: string): Promise<Part> {
  const found = await stat(path).catch(ignoreMissing);
  if (!found) return { bytes: 0, etag: undefined };
  return { bytes: found.size, etag: await readFile(`${path}.etag`, 'utf8').catch(ignoreMissing) };
}

export async function discardPart(path: string): Promise<void> {
  await rm(path, { force: true });
  await rm(`${path}.etag`, { force: true });
}

/** Empties the part, then names the ETag: a crash in between leaves no bytes under a wrong name. */
export async function startPart(path: string, etag: string | undefined): Promise<void> {
  await discardPart(path);
  await writeFile(path, '');
  // A weak ETag does not promise the same bytes.
  if (etag && !etag.startsWith('W/')) await writeFile(`${path}.etag`, etag);
}

/** Appends chunks to a part; `close` makes them durable. */
export async function openPart(path: string) {
  const handle = await open(path, 'a');
  return {
    async write(chunk: Uint8Array): Promise<void> {
      for (let done = 0; done < chunk.length; ) done += (await handle.write(chunk, done)).bytesWritten;
    },
    async close(): Promise<void> {
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
    },
  };
}

/** Where a file stands in the place of a folder, nothing lies below it either. */
export function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
}
