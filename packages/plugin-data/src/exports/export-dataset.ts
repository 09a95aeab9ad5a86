import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import { type DataProblem, type Dataset, isSvError, type Sample, SvError, type Task } from '@streetvision/core';
import { writeWhole } from '../cache/write-whole.js';
import { findKind } from '../formats/paths.js';
import { inOrder } from '../manifest/in-order.js';
import { type Journal, openJournal } from '../manifest/journal.js';
import { checkedPicture } from './checked-picture.js';
import { openDraft, PICTURE_JOURNAL } from './draft.js';
import { cocoLayout, fiftyoneLayout, folderLayout, jsonlLayout, yoloLayout } from './file-layouts.js';
import { createStems } from './names.js';
import { writeParquet } from './parquet.js';
import type { Exported, ExportFormat, Layout } from './types.js';

export interface ExportOptions {
  readonly format: ExportFormat;
  /** Folder to write; must not be there yet. */
  readonly out: string;
  readonly task?: Task | undefined;
  /** Told of pictures that cannot be read; they are left out. */
  readonly problem: (problem: DataProblem) => void;
  readonly step?: (failed: boolean) => void;
}

const LAYOUTS: Readonly<Record<Exclude<ExportFormat, 'parquet'>, Layout>> = {
  folder: folderLayout,
  coco: cocoLayout,
  yolo: yoloLayout,
  jsonl: jsonlLayout,
  fiftyone: fiftyoneLayout,
};

/** What is remembered of a picture that was written. */
type Written = Pick<Exported, 'path' | 'width' | 'height' | 'sha256'>;

/**
 * Copies a dataset into a folder in the form of another tool. The folder appears when it is complete; an export that was
 * interrupted goes on when it is asked for again. Throws `SV_OUTPUT_WRITE`, `SV_DATA_EMPTY`.
 *
 * @returns how many samples were written
 * @example await exportDataset(await project.dataset('data.jsonl'), { format: 'coco', out: 'coco', problem: console.warn });
 */
export async function exportDataset(dataset: Dataset, options: ExportOptions): Promise<number> {
  const { format, out, task, problem, step = () => undefined } = options;
  const draft = await openDraft(out, { format, data: dataset.name });
  const journal = await openJournal<Written>(join(draft.folder, PICTURE_JOURNAL));
  let done = false;
  try {
    const name = basename(dataset.name) || dataset.name;
    const stems = createStems();
    const named = async function* () {
      for await (const sample of dataset.samples()) yield { sample, stem: stems(sample.id) };
    };
    const work = async ({ sample, stem }: { sample: Sample; stem: string }) => {
      try {
        if (format === 'parquet') return { sample, stem, path: '', width: 0, height: 0, sha256: '' };
        const why = LAYOUTS[format].refuses?.(sample, task);
        if (why) throw new SvError('SV_DATA_FORMAT', why);
        return { sample, stem, ...(await writePicture(draft.folder, sample, stem, LAYOUTS[format], journal)) };
      } catch (error) {
        if (!isSvError(error)) throw error;
        problem({ where: sample.id, code: error.code, message: error.message });
        return undefined;
      }
    };
    const samples: Exported[] = [];
    for await (const exported of inOrder(named(), 4, work)) {
      if (format !== 'parquet') step(exported === undefined);
      if (exported) samples.push(exported);
    }
    if (samples.length === 0) {
      throw new SvError('SV_DATA_EMPTY', `Nothing that can be used is left of \`${dataset.name}\`.`);
    }
    const found = [...new Set(samples.flatMap(({ sample }) => sample.label ?? []))].sort();
    const facts = { name, classes: task?.classes ?? found };
    let count = samples.length;
    if (format === 'parquet') count = await writeParquet(draft.folder, samples, facts, { problem, step });
    else await LAYOUTS[format].describe(draft.folder, samples, facts);
    done = true;
    return count;
  } catch (error) {
    throw diskError(error, out);
  } finally {
    // It goes when the folder has its name: until then a cut-off run needs it.
    await journal.close(false);
    if (done) await draft.finish();
  }
}

async function writePicture(
  folder: string,
  sample: Sample,
  stem: string,
  layout: Layout,
  journal: Journal<Written>,
): Promise<Written> {
  const key = JSON.stringify([
    sample.id,
    stem,
    sample.label,
    sample.group,
    sample.split ?? null,
    sample.sha256 ?? null,
  ]);
  const before = journal.get(key);
  if (before && (await findKind(join(folder, before.path))) === 'file') return before;
  const { bytes, info } = await checkedPicture(sample);
  const { width, height, format } = info;
  const path = layout.place(sample, stem, format === 'jpeg' ? 'jpg' : format);
  await writeWhole(join(folder, path), bytes);
  const written = { path, width, height, sha256: createHash('sha256').update(bytes).digest('hex') };
  await journal.add(key, written);
  return written;
}

function diskError(error: unknown, out: string): unknown {
  if (isSvError(error) || !(error instanceof Error && 'syscall' in error)) return error;
  return new SvError('SV_OUTPUT_WRITE', `\`${out}\` could not be written: ${error.message}.`, {
    fix: 'What was written so far is kept: run it again when there is room.',
    cause: error,
  });
}
