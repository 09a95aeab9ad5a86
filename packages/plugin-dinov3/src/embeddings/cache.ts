import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Logger, PREPROCESSING_VERSION } from '@streetvision/core';
import type { Backbone } from '../backbones/open.js';
import { fullSpec } from '../preprocessing.js';
import { decodeEmbedding, encodeEmbedding } from './format.js';
import { sweepEmbeddings } from './sweep.js';

/** 2 GiB: over a million embeddings of 384 features. */
export const DEFAULT_MAX_BYTES = 2 * 2 ** 30;

/** Less than the five seconds that a stage has for unloading. */
const CLOSING_MS = 4_000;

/** Embeddings on disk, one small file each. Any number of processes may share a folder. */
export interface EmbeddingCache {
  /** @param frame sha256 of the encoded picture, hex */
  get(frame: string): Promise<Float32Array | undefined>;
  put(frame: string, embedding: Float32Array): Promise<void>;
  /** Lets a sweep that has begun come to its end, for a few seconds at most: else short runs would never keep the bound. */
  close(): Promise<void>;
}

type Identity = Pick<Backbone, 'sha256' | 'preprocessing' | 'feature' | 'l2'>;

/**
 * Opens the part of a cache folder that belongs to one backbone, preprocessing and feature. The cache only saves time:
 * a file that is damaged or cannot be read counts as absent, one that cannot be written is logged.
 * @param maxBytes bound on all embeddings in the folder; the first written go first. A process that only reads removes nothing.
 */
export function openEmbeddingCache(
  folder: string,
  identity: Identity,
  log: Logger,
  maxBytes: number = DEFAULT_MAX_BYTES,
): EmbeddingCache {
  const root = join(folder, identityKey(identity));
  const pathOf = (frame: string) => join(root, frame.slice(0, 2), `${frame}.emb`);
  let warned = false;
  let deadline = Number.POSITIVE_INFINITY;
  let sweeping: Promise<void> | undefined;
  // The first embedding written looks at the folder, and then each sixteenth of the bound.
  let unswept = Number.POSITIVE_INFINITY;

  const sweep = (bytes: number): void => {
    unswept += bytes;
    if (sweeping || unswept === 0 || unswept < maxBytes / 16 || Date.now() > deadline) return;
    unswept = 0;
    sweeping = sweepEmbeddings(folder, maxBytes, () => Date.now() > deadline)
      .catch((error) => log.warn('embeddings cache could not be swept', { folder, error }))
      .finally(() => {
        sweeping = undefined;
        // What was written meanwhile may not have been seen, and nothing more may come.
        sweep(0);
      });
  };

  return {
    async get(frame) {
      const path = pathOf(frame);
      try {
        const embedding = decodeEmbedding(await readFile(path));
        if (!embedding) log.warn('cached embedding is damaged, it is computed again', { path });
        return embedding;
      } catch (error) {
        if (!isErrno(error) || error.code !== 'ENOENT') log.warn('cached embedding could not be read', { path, error });
        return undefined;
      }
    },
    async put(frame, embedding) {
      const path = pathOf(frame);
      try {
        const bytes = encodeEmbedding(embedding);
        await writeWhole(path, bytes);
        sweep(bytes.length);
      } catch (error) {
        // Once: a full disk would otherwise write one line per frame.
        if (!warned) log.warn('embedding could not be cached', { path, error });
        warned = true;
      }
    },
    async close() {
      deadline = Date.now() + CLOSING_MS;
      while (sweeping) await sweeping;
    },
  };
}

/** Renaming is atomic: a reader sees a whole file or none, whoever else writes. */
async function writeWhole(path: string, bytes: Buffer): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, bytes);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

function identityKey({ sha256, preprocessing, feature, l2 }: Identity): string {
  return createHash('sha256')
    .update(
      JSON.stringify({ code: PREPROCESSING_VERSION, sha256, preprocessing: fullSpec(preprocessing), feature, l2 }),
    )
    .digest('hex')
    .slice(0, 32);
}

function isErrno(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error;
}
