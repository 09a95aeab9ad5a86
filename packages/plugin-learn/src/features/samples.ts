import { type DataProblem, type Dataset, type Sample, SvError } from '@streetvision/core';
import { choosePart } from '../parts/index.js';

/** A sample of a dataset that has a label. */
export type LabelledSample = Sample & { readonly label: string };

/** What a dataset holds that can be learnt from, before any picture is read. */
export interface SampleList {
  readonly samples: readonly LabelledSample[];
  /** Samples of other splits, which are not trained on. */
  readonly others: readonly LabelledSample[];
  readonly unlabelled: number;
  /** The split that `samples` are of; `null` where the data has none and nothing was asked for. */
  readonly split: string | null;
}

export interface ListOptions {
  /** Only this split. @default `prefer`, where the data has splits */
  readonly split?: string | undefined;
  /** The split that is taken where the data has splits and none is named. */
  readonly prefer: string;
  /** Only samples of which a column, or `source`, `group`, `label`, says this. */
  readonly where?: Readonly<Record<string, string>> | undefined;
  /** None of the samples of which a column says this. */
  readonly except?: Readonly<Record<string, string>> | undefined;
}

/**
 * Goes through a dataset once. Throws `SV_DATA_DUPLICATE` for two samples of one id, `SV_DATA_SPLIT` as
 * {@link choosePart} does, `SV_DATA_EMPTY` where nothing has a label.
 */
export async function listSamples(
  dataset: Dataset,
  { split, prefer, where = {}, except = {} }: ListOptions,
  problem: (problem: DataProblem) => void,
): Promise<SampleList> {
  const seen = new Set<string>();
  const labelled: LabelledSample[] = [];
  let unlabelled = 0;
  for await (const sample of dataset.samples()) {
    if (seen.has(sample.id)) throw twice(dataset.name, sample.id);
    seen.add(sample.id);
    if (!Object.entries(where).every(says(sample)) || Object.entries(except).some(says(sample))) continue;
    if (sample.label === null) {
      unlabelled++;
      problem({ where: sample.id, code: 'SV_DATA_LABEL', message: 'It has no label.' });
      continue;
    }
    labelled.push(sample as LabelledSample);
  }
  if (labelled.length === 0) throw empty(dataset.name, seen.size, unlabelled, where);
  const { samples, others, split: chosen } = choosePart(labelled, { asked: split, usual: prefer, name: dataset.name });
  return { samples, others, unlabelled, split: chosen };
}

/** Whether a column of a sample says something. */
function says({ source, group, label, meta }: Sample): (pair: readonly [column: string, value: string]) => boolean {
  const own: Readonly<Record<string, unknown>> = { source, group, label };
  return ([column, value]) => {
    const found = meta[column] ?? own[column];
    return found !== undefined && found !== null && String(found) === value;
  };
}

const twice = (name: string, id: string) =>
  new SvError('SV_DATA_DUPLICATE', `${name} has two samples called \`${id}\`.`, {
    fix: 'Remove one of the rows, or give one another name.',
  });

function empty(name: string, seen: number, unlabelled: number, where: Readonly<Record<string, string>>): SvError {
  const filter = Object.entries(where).map(([column, value]) => `${column}=${value}`);
  const asked = filter.length > 0 ? ` where ${filter.join(' and ')}` : '';
  return new SvError(
    'SV_DATA_EMPTY',
    `${name} has no labelled sample${asked}: ${seen} samples, ${unlabelled} of them without a label.`,
    { fix: 'Check the path, and the column or folder names that say the label.' },
  );
}
