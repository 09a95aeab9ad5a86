import { createHash } from 'node:crypto';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { type DataProblem, isSvError, type Sample } from '@streetvision/core';
import type { SchemaElement } from 'hyparquet';
import { type ColumnSource, fileWriter, ParquetWriter } from 'hyparquet-writer';
import { isRecord } from '../formats/json.js';
import { findKind } from '../formats/paths.js';
import { openJournal } from '../manifest/journal.js';
import { datasetCard } from './card.js';
import { checkedPicture } from './checked-picture.js';
import { SHARD_JOURNAL } from './draft.js';
import { safeName } from './names.js';
import type { Exported, ExportFacts } from './types.js';
import { writeText } from './write-text.js';

/** Bytes of pictures after which a file is ended, as the Hugging Face hub likes them. */
const SHARD_BYTES = 400 * 2 ** 20;
/** Bytes of pictures in a row group: what a reader must hold at once. */
const GROUP_BYTES = 16 * 2 ** 20;

interface Row {
  readonly sample: Sample;
  readonly path: string;
  readonly bytes: Uint8Array;
}

interface Told {
  readonly problem: (problem: DataProblem) => void;
  readonly step: (failed: boolean) => void;
  /** For tests. */
  readonly shardBytes?: number;
}

/** A file that was finished, and up to which sample of its part it goes. */
interface Shard {
  readonly end: number;
  readonly rows: number;
  /** Those that were left out. */
  readonly left: readonly Left[];
}

interface Left {
  readonly at: number;
  readonly problem: DataProblem;
}

/**
 * Hugging Face parquet: `data/<part>-00000-of-00001.parquet` with `image` as `{ bytes, path }`, `label` as a class index,
 * `scene_description`, `id`, `group`, `source`, `split`, `boxes` and `meta`, and a dataset card. A file that was finished
 * before an interruption is not written again; what it left out is told again.
 * @returns rows written
 */
export async function writeParquet(
  folder: string,
  samples: readonly Exported[],
  facts: ExportFacts,
  told: Told,
): Promise<number> {
  const parts = new Map<string, Exported[]>();
  for (const exported of samples) {
    const part = safeName(exported.sample.split ?? 'train') || 'train';
    const those = parts.get(part);
    if (those) those.push(exported);
    else parts.set(part, [exported]);
  }
  await mkdir(join(folder, 'data'), { recursive: true });
  const journal = await openJournal<Shard>(join(folder, SHARD_JOURNAL));
  const written: Sample[] = [];
  const files: { from: string; to: string }[] = [];
  try {
    for (const [part, those] of parts) {
      const shards: Shard[] = [];
      const print = printOf(those);
      for (let start = 0; start < those.length; start = (shards.at(-1) as Shard).end) {
        const key = `${part} ${shards.length} ${print}`;
        const file = join(folder, 'data', `${part}-${number(shards.length)}.part`);
        const before = journal.get(key);
        // Without its file it has its name already, since the last run was cut off at its very end.
        const shard = before ?? (await writeShard(file, those, start, facts, told));
        if (before) tellAgain(before, start, told);
        else await journal.add(key, shard);
        shards.push(shard);
      }
      const left = new Set(shards.flatMap((shard) => shard.left.map(({ at }) => at)));
      for (const [i, { sample }] of those.entries()) if (!left.has(i)) written.push(sample);
      for (const i of shards.keys()) {
        const from = join(folder, 'data', `${part}-${number(i)}.part`);
        files.push({ from, to: join(folder, 'data', `${part}-${number(i)}-of-${number(shards.length)}.parquet`) });
      }
    }
  } finally {
    await journal.close(false);
  }
  for (const { from, to } of files) if ((await findKind(from)) === 'file') await rename(from, to);
  await writeText(join(folder, 'README.md'), datasetCard(written, [...parts.keys()], facts));
  return written.length;
}

/** Another list of samples has other files. */
function printOf(samples: readonly Exported[]): string {
  const hash = createHash('sha256');
  for (const { sample } of samples) {
    const { id, label, group, source, sha256 } = sample;
    hash.update(`${JSON.stringify([id, label, group, source, sha256 ?? null])}\n`);
  }
  return hash.digest('hex').slice(0, 16);
}

function tellAgain(shard: Shard, start: number, { problem, step }: Told): void {
  const left = new Map(shard.left.map((one) => [one.at, one.problem]));
  for (let i = start; i < shard.end; i++) {
    const told = left.get(i);
    if (told) problem(told);
    step(told !== undefined);
  }
}

const number = (n: number) => String(n).padStart(5, '0');

async function writeShard(
  file: string,
  samples: readonly Exported[],
  start: number,
  facts: ExportFacts,
  told: Told,
): Promise<Shard> {
  const { problem, step, shardBytes = SHARD_BYTES } = told;
  const writer = new ParquetWriter({
    writer: fileWriter(`${file}.tmp`),
    schema: SCHEMA,
    kvMetadata: [features(facts)],
  });
  let [rows, size, at] = [0, 0, start];
  const left: Left[] = [];
  let group: Row[] = [];
  let held = 0;
  const flush = async () => {
    // Pictures are compressed already, and their statistics would be copies of them.
    if (group.length > 0) await writer.write({ columnData: columnsOf(group, facts), rowGroupSize: group.length });
    [group, held] = [[], 0];
  };
  for (; at < samples.length && size < shardBytes; at++) {
    const { sample, stem } = samples[at] as Exported;
    try {
      const { bytes } = await checkedPicture(sample);
      group.push({ sample, path: stem, bytes });
      rows++;
      size += bytes.length;
      held += bytes.length;
      step(false);
    } catch (error) {
      if (!isSvError(error)) throw error;
      const one = { where: sample.id, code: error.code, message: error.message };
      left.push({ at, problem: one });
      problem(one);
      step(true);
    }
    if (held >= Math.min(GROUP_BYTES, shardBytes)) await flush();
  }
  await flush();
  await writer.finish();
  await rename(`${file}.tmp`, file);
  return { end: at, rows, left };
}

const text = (name: string): SchemaElement => ({
  name,
  type: 'BYTE_ARRAY',
  converted_type: 'UTF8',
  repetition_type: 'OPTIONAL',
});

const SCHEMA: SchemaElement[] = [
  { name: 'root', num_children: 9 },
  { name: 'image', repetition_type: 'OPTIONAL', num_children: 2 },
  { name: 'bytes', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
  text('path'),
  { name: 'label', type: 'INT64', repetition_type: 'OPTIONAL' },
  text('scene_description'),
  text('id'),
  text('group'),
  text('source'),
  text('split'),
  text('boxes'),
  text('meta'),
];

function columnsOf(rows: readonly Row[], { classes }: ExportFacts): ColumnSource[] {
  const said = ({ sample }: Row) =>
    typeof sample.meta.scene_description === 'string' ? sample.meta.scene_description : null;
  const rest = ({ sample }: Row) => {
    const { scene_description, ...meta } = sample.meta;
    const kept = typeof scene_description === 'string' || scene_description === undefined ? meta : sample.meta;
    return isRecord(kept) && Object.keys(kept).length > 0 ? JSON.stringify(kept) : null;
  };
  return [
    { name: 'image', data: rows.map(({ bytes, path }) => ({ bytes, path })), statistics: false, codec: 'UNCOMPRESSED' },
    {
      name: 'label',
      data: rows.map(({ sample }) => (sample.label === null ? null : BigInt(classes.indexOf(sample.label)))),
    },
    { name: 'scene_description', data: rows.map(said) },
    { name: 'id', data: rows.map(({ sample }) => sample.id) },
    { name: 'group', data: rows.map(({ sample }) => sample.group) },
    { name: 'source', data: rows.map(({ sample }) => sample.source) },
    { name: 'split', data: rows.map(({ sample }) => sample.split ?? null) },
    { name: 'boxes', data: rows.map(({ sample }) => (sample.boxes ? JSON.stringify(sample.boxes) : null)) },
    { name: 'meta', data: rows.map(rest) },
  ];
}

/** What the `datasets` library reads beside the schema: which column is a picture, and what the classes are called. */
function features({ classes }: ExportFacts): { key: string; value: string } {
  const string = { dtype: 'string', _type: 'Value' };
  const names = ['scene_description', 'id', 'group', 'source', 'split', 'boxes', 'meta'];
  const columns = Object.fromEntries(names.map((name) => [name, string]));
  const value = {
    info: { features: { image: { _type: 'Image' }, label: { names: classes, _type: 'ClassLabel' }, ...columns } },
  };
  return { key: 'huggingface', value: JSON.stringify(value) };
}
