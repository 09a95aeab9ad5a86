import { createHash } from 'node:crypto';
import { access, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Box, type DataProblem, isSvError, type Sample, SvError } from '@streetvision/core';
import { writeWhole } from '../cache/write-whole.js';
import { inOrder } from '../manifest/in-order.js';
import { openJournal } from '../manifest/journal.js';
import type { Counts } from '../manifest/types.js';
import { createManifest, type ManifestSample, writeManifest } from '../manifest/write.js';

/** A picture that is to be made. */
export interface Order {
  /** Path in the folder, with `/`; unique. */
  readonly file: string;
  /** What it is made of, for messages: the id of a sample. */
  readonly of: string;
  readonly label: string | null;
  readonly group: string;
  readonly source: string;
  readonly split?: string;
  readonly meta: Readonly<Record<string, unknown>>;
  /** Hash of what it is made from: a copy of a picture that has changed is made anew. */
  from?(): Promise<string>;
  /** Throws `SV_IMAGE_*` and the like: the picture is then left out. */
  make(): Promise<{ readonly bytes: Uint8Array; readonly boxes?: readonly Box[] }>;
}

export interface MakeOptions {
  readonly out: string;
  /** Of the manifest. */
  readonly name: string;
  /** What the pictures depend on: a folder made with others is refused. JSON values. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly signal?: AbortSignal;
  readonly problem?: (problem: DataProblem) => void;
  /** Called after each picture. */
  readonly step?: (failed: boolean) => void;
}

/** What was made. */
export interface MadePictures {
  /** Path of the manifest. */
  readonly manifest: string;
  readonly counts: Counts;
  /** Found from an earlier run. */
  readonly kept: number;
  readonly skipped: number;
}

interface Entry {
  readonly sha256: string;
  readonly from?: string;
  readonly boxes?: readonly Box[];
}

/** The folder of a class: a label comes from outside, and must not lead out of the folder. */
export const classFolder = (label: string | null): string =>
  label === null ? 'unlabelled' : label.replace(/[^\p{L}\p{N} _.-]+/gu, '_').replace(/^\.+|[. ]+$/g, '_') || '_';

/** Pictures at once: while one is encoded, another is drawn. */
const PARALLEL = 4;

/**
 * Makes pictures into a folder with a manifest. May be interrupted at any point: a second run keeps what is there.
 * Throws `SV_OUTPUT_WRITE`, `SV_DATA_EMPTY`, `SV_RUN_INVALID` where the folder was made with other settings.
 */
export async function makePictures(orders: AsyncIterable<Order>, options: MakeOptions): Promise<MadePictures> {
  const out = resolve(options.out);
  await openFolder(out, options.settings);
  const journal = await openJournal<Entry>(join(out, 'journal.jsonl'));
  let kept = 0;
  let skipped = 0;
  const work = async (order: Order): Promise<ManifestSample | DataProblem> => {
    options.signal?.throwIfAborted();
    const path = join(out, order.file);
    let entry = journal.get(order.file);
    try {
      const from = await order.from?.();
      if (entry && entry.from === from && (await exists(path))) kept++;
      else {
        const { bytes, boxes } = await order.make();
        const sha256 = createHash('sha256').update(bytes).digest('hex');
        entry = { sha256, ...(from === undefined ? {} : { from }), ...(boxes ? { boxes } : {}) };
        await writeOut(path, bytes);
        await journal.add(order.file, entry);
      }
    } catch (error) {
      if (!isSvError(error) || error.code === 'SV_OUTPUT_WRITE') throw error;
      options.step?.(true);
      return { where: order.of, code: error.code, message: error.message };
    }
    options.step?.(false);
    return { sample: sampleOf(order, path, entry), sha256: entry.sha256, from: { ref: '.', dir: out } };
  };
  const made: ManifestSample[] = [];
  try {
    const told = new Set<string>();
    for await (const outcome of inOrder(orders, PARALLEL, work)) {
      if ('sample' in outcome) made.push(outcome);
      else {
        skipped++;
        // Once for all copies of a picture.
        if (!told.has(outcome.where)) options.problem?.(outcome);
        told.add(outcome.where);
      }
    }
  } finally {
    await journal.close(false);
  }
  if (made.length === 0) {
    throw new SvError('SV_DATA_EMPTY', 'No picture was made: every one was left out, or there was none.', {
      fix: 'Look at the reasons above.',
    });
  }
  const file = join(out, 'manifest.jsonl');
  const manifest = await createManifest(made, { name: options.name, file });
  await writeManifest(file, manifest);
  return { manifest: file, counts: manifest.header.counts, kept, skipped };
}

function sampleOf({ file, label, group, source, split, meta }: Order, path: string, { sha256, boxes }: Entry): Sample {
  return {
    id: file,
    label,
    group,
    source,
    ...(split === undefined ? {} : { split }),
    meta,
    ...(boxes ? { boxes } : {}),
    sha256,
    file: path,
    read: async () => new Uint8Array(await readFile(path)),
  };
}

async function openFolder(out: string, settings: Readonly<Record<string, unknown>>): Promise<void> {
  const file = join(out, 'settings.json');
  const text = `${JSON.stringify(settings, null, 2)}\n`;
  const earlier = await readFile(file, 'utf8').catch(() => undefined);
  if (earlier !== undefined && earlier !== text) {
    throw new SvError('SV_RUN_INVALID', `The folder \`${out}\` holds pictures that were made with other settings.`, {
      fix: 'Name another folder, or remove this one.',
    });
  }
  if (earlier === undefined) await writeOut(file, text);
}

async function writeOut(path: string, content: string | Uint8Array): Promise<void> {
  try {
    await writeWhole(path, content);
  } catch (error) {
    throw new SvError('SV_OUTPUT_WRITE', `\`${path}\` could not be written: ${(error as Error).message}.`, {
      fix: 'Check the disk and the permissions of the folder.',
      cause: error,
    });
  }
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );
