import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A file that is still being written is younger; an older one was left by a process that was killed. */
const ABANDONED_MS = 60 * 60 * 1000;
/** After removing, so much of the bound is in use: not every further embedding means another look at all files. */
const KEEP = 0.9;

// <32 hex>/<2 hex>/<frame>.emb: whatever else lies in a folder of the user's is left alone.
const MODEL = /^[0-9a-f]{32}$/;
const SHARD = /^[0-9a-f]{2}$/;
const EMBEDDING = /^\w+\.emb$/;
const UNFINISHED = /^\w+\.emb\.[\w-]+\.tmp$/;

/**
 * Removes abandoned files and, where the embeddings of all models take more than `maxBytes`, those written first. Any
 * number of processes may do so at once, and others may read and write meanwhile: a removed embedding is computed again.
 * Memory does not grow with the number of files.
 */
export async function sweepEmbeddings(folder: string, maxBytes: number, stopped: () => boolean): Promise<void> {
  const bySecond = new Map<number, number>();
  let total = 0;
  for await (const shard of shardsOf(folder)) {
    if (stopped()) return;
    await eachFile(shard, async (name, path, { mtimeMs, size }) => {
      if (UNFINISHED.test(name) && Date.now() - mtimeMs > ABANDONED_MS) await rm(path, { force: true });
      if (!EMBEDDING.test(name)) return;
      const second = Math.floor(mtimeMs / 1000);
      bySecond.set(second, (bySecond.get(second) ?? 0) + size);
      total += size;
    });
  }
  if (total <= maxBytes) return;
  let surplus = total - maxBytes * KEEP;
  let last = Number.NEGATIVE_INFINITY;
  // Everything written before `last` goes, and of that second as much as is left to free.
  for (const second of [...bySecond.keys()].sort((a, b) => a - b)) {
    last = second;
    if (surplus <= (bySecond.get(second) as number)) break;
    surplus -= bySecond.get(second) as number;
  }
  for await (const shard of shardsOf(folder)) {
    if (stopped()) return;
    await eachFile(shard, async (name, path, { mtimeMs, size }) => {
      const second = Math.floor(mtimeMs / 1000);
      if (!EMBEDDING.test(name) || second > last) return;
      if (second === last) {
        if (surplus <= 0) return;
        surplus -= size;
      }
      await rm(path, { force: true });
    });
  }
}

async function* shardsOf(folder: string): AsyncGenerator<string> {
  for (const model of await list(folder)) {
    if (!MODEL.test(model)) continue;
    for (const shard of await list(join(folder, model))) if (SHARD.test(shard)) yield join(folder, model, shard);
  }
}

type See = (name: string, path: string, found: { readonly mtimeMs: number; readonly size: number }) => Promise<void>;

async function eachFile(shard: string, see: See): Promise<void> {
  for (const name of await list(shard)) {
    const path = join(shard, name);
    const found = await stat(path).catch(ignoreMissing);
    if (found) await see(name, path, found);
  }
}

const list = async (folder: string): Promise<string[]> => (await readdir(folder).catch(ignoreMissing)) ?? [];

// Another process removed it first, or it is no folder.
function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
}
