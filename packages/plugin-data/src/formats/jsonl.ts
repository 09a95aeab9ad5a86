import { basename, dirname, resolve } from 'node:path';
import { type DataContext, type DataFormat, isSvError, openDataset, type Sample, SvError } from '@streetvision/core';
import { readHeader } from '../manifest/header.js';
import { checkReference, checkRoot } from '../manifest/rights.js';
import { type Reference, rowOfLine } from '../manifest/rows.js';
import type { ManifestHeader } from '../manifest/types.js';
import { datasetOf } from './dataset.js';
import { readLines } from './lines.js';
import { isFileOf, requireFile } from './paths.js';
import type { Row } from './row.js';

const NAMES = ['data.jsonl', 'manifest.jsonl', 'metadata.jsonl'];

/**
 * Manifests that `sv data split` and `sv data mix` write, and any list of JSON objects that name pictures.
 * @param others formats that read the datasets which a manifest refers to
 */
export function jsonl(others: () => readonly DataFormat[]): DataFormat<'jsonl'> {
  return {
    name: 'jsonl',
    description: 'data.jsonl: a manifest, or one object per line with file, label, group, source and anything else',
    detect: (ref, ctx) => isFileOf(ctx.dir, ref, NAMES, /\.(jsonl|ndjson)$/i),
    async open(ref, ctx) {
      const file = await requireFile(ctx.dir, ref, NAMES);
      const header = await manifestHeader(file);
      const root = resolve(dirname(file), checkRoot(header?.root ?? '.', basename(file)));
      const count = header?.counts.samples;
      const rows = () => rowsOf(file, ctx, picturesOf(others, { ...ctx, dir: dirname(file) }));
      return datasetOf({ name: ref, root, rows, ...(count === undefined ? {} : { count }) }, ctx);
    },
  };
}

/** The header of a manifest; nothing where the file is a plain list. Throws `SV_DATA_FORMAT`. */
export async function manifestHeader(file: string): Promise<ManifestHeader | undefined> {
  for await (const { text, line } of readLines(file)) return readHeader(jsonOf(text), `${basename(file)} line ${line}`);
  throw new SvError('SV_DATA_EMPTY', `${basename(file)} is empty.`);
}

async function* rowsOf(file: string, ctx: DataContext, pictures: Pictures): AsyncGenerator<Row> {
  let first = true;
  for await (const { text, line } of readLines(file)) {
    const where = `${basename(file)} line ${line}`;
    try {
      const value = jsonOf(text);
      const isHeader = first && readHeader(value, where) !== undefined;
      first = false;
      if (!isHeader) yield rowOfLine(value, where, pictures);
    } catch (error) {
      if (!isSvError(error)) throw error;
      first = false;
      ctx.problem({ where, code: error.code, message: error.message });
    }
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new SvError('SV_DATA_FORMAT', `The line is not JSON: ${JSON.stringify(text.slice(0, 40))}.`, {
      cause: error,
    });
  }
}

type Pictures = (reference: Reference) => () => Promise<Uint8Array>;

/** Reads pictures of other datasets; each is gone through once, when its first picture is asked for. */
function picturesOf(others: () => readonly DataFormat[], ctx: DataContext): Pictures {
  const opened = new Map<string, Promise<ReadonlyMap<string, Sample>>>();
  const samplesOf = async (data: string) => {
    const { group: _, ...plain } = ctx;
    const dataset = await openDataset(data, others(), plain);
    const samples = new Map<string, Sample>();
    for await (const sample of dataset.samples()) samples.set(sample.id, sample);
    return samples;
  };
  return ({ data, id }) => {
    checkReference(data);
    return async () => {
      const samples = opened.get(data) ?? samplesOf(data);
      opened.set(data, samples);
      const sample = (await samples).get(id);
      if (sample) return sample.read();
      throw new SvError('SV_DATA_NOT_FOUND', `The dataset \`${data}\` has no sample \`${id}\` any more.`, {
        fix: 'Make the manifest again.',
      });
    };
  };
}
