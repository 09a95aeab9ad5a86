import { createLogger, openDataset, SvError } from '@streetvision/core';
import { data } from '@streetvision/plugin-data';
import { roadwork } from '@streetvision/task-roadwork';

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

/** Reads the `labels.csv` of a folder, as `sv train` does; what it would leave out is an error here. */
export async function readSamples(folder: string): Promise<Sample[]> {
  const task = roadwork();
  const dataset = await openDataset('labels.csv', data().formats ?? [], {
    dir: folder,
    task,
    log: createLogger({ level: 'warn' }),
    signal: new AbortController().signal,
    problem({ where, message }) {
      throw new SvError('SV_DATA_FORMAT', `${where}: ${message}`);
    },
  });
  const samples: Sample[] = [];
  for await (const { id, label, group, source, meta } of dataset.samples()) {
    samples.push({
      file: id,
      positive: label === task.positive,
      group,
      source,
      dense: String(meta.dense ?? 0) === '1',
    });
  }
  return samples;
}
