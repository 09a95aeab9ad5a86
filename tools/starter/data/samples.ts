import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One labelled picture. */
export interface Sample {
  /** Relative to the folder of `labels.csv`. */
  readonly file: string;
  readonly positive: boolean;
  /** What must never be split between training and test: the clip, the drive. */
  readonly group: string;
  readonly source: string;
  /** A near-duplicate of its neighbours: good for training, too many of a kind for a figure. */
  readonly dense: boolean;
}

/** What `label` may be. */
const POSITIVE: Readonly<Record<string, boolean>> = { 0: false, 1: true, no_roadwork: false, roadwork: true };

/** Reads `labels.csv`: a header with `file` and `label`, and where known `group`, `source` and `dense`. */
export async function readSamples(folder: string): Promise<Sample[]> {
  const text = await readFile(join(folder, 'labels.csv'), 'utf8');
  const [header = '', ...lines] = text.split(/\r?\n/).filter((line) => line !== '');
  const names = header.split(',');
  for (const name of ['file', 'label']) if (!names.includes(name)) throw new Error(`labels.csv has no column ${name}`);
  return lines.map((line, i) => {
    const cells = line.split(',');
    const cell = (name: string) => cells[names.indexOf(name)] ?? '';
    const [file, label] = [cell('file'), cell('label')];
    const positive = POSITIVE[label];
    if (positive === undefined) {
      throw new Error(`labels.csv line ${i + 2}: label is ${label}, expected ${Object.keys(POSITIVE).join(', ')}`);
    }
    const group = cell('group') || file;
    return { file, positive, group, source: cell('source'), dense: cell('dense') === '1' };
  });
}

/** Names the data: sha256 over the labels and the bytes of every picture, in order. */
export async function hashSamples(folder: string, samples: readonly Sample[]): Promise<string> {
  const all = createHash('sha256');
  for (const sample of samples) {
    const bytes = await readFile(join(folder, sample.file));
    const { file, positive, group } = sample;
    all.update(JSON.stringify([file, positive, group, createHash('sha256').update(bytes).digest('hex')]));
  }
  return all.digest('hex');
}
