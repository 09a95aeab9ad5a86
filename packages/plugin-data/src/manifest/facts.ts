import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { type DataProblem, type Dataset, isSvError, type Sample } from '@streetvision/core';
import { perceptualHash } from '../duplicates/perceptual-hash.js';
import { inOrder } from './in-order.js';
import type { Journal } from './journal.js';

/** What is known of a picture once its bytes were read. */
export interface PictureFacts {
  /** Hex, of the encoded picture. */
  readonly sha256: string;
  /** 16 hex digits: see `perceptualHash`. */
  readonly hash?: string;
}

export interface Known {
  readonly sample: Sample;
  readonly facts: PictureFacts;
}

export interface FactsOptions {
  /** Decodes each picture and hashes what it shows; finds damaged ones. @default true */
  readonly perceptual?: boolean;
  readonly journal?: Journal<PictureFacts>;
  /** Told of pictures that cannot be read; they are left out. */
  readonly problem: (problem: DataProblem) => void;
  /** Called after each sample. */
  readonly step?: (failed: boolean) => void;
  /** Pictures at once. @default 4 */
  readonly parallel?: number;
}

/** Reads the pictures of a dataset, in order. */
export async function* factsOf(dataset: Dataset, options: FactsOptions): AsyncGenerator<Known> {
  const { perceptual = true, journal, problem, step, parallel = 4 } = options;
  const work = async (sample: Sample): Promise<Known | undefined> => {
    try {
      const key = `${dataset.name} ${await keyOf(sample)}`;
      const remembered = journal?.get(key);
      if (remembered && (!perceptual || remembered.hash !== undefined)) return { sample, facts: remembered };
      const bytes = await sample.read();
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const facts = perceptual ? { sha256, hash: await perceptualHash(bytes) } : { sha256 };
      await journal?.add(key, facts);
      return { sample, facts };
    } catch (error) {
      if (!isSvError(error)) throw error;
      problem({ where: sample.id, code: error.code, message: error.message });
      return undefined;
    }
  };
  for await (const known of inOrder(dataset.samples(), parallel, work)) {
    step?.(known === undefined);
    if (known) yield known;
  }
}

/** A file that was changed meanwhile is read again; of other pictures only the dataset may know that they are others. */
async function keyOf({ id, file, sha256 }: Sample): Promise<string> {
  if (file === undefined) return sha256 === undefined ? id : `${id} ${sha256}`;
  const found = await stat(file).catch(() => undefined);
  return found ? `${id} ${found.size} ${found.mtimeMs}` : id;
}
