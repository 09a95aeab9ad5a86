import { basename, resolve } from 'node:path';
import {
  type DataContext,
  type Dataset,
  isSvError,
  readFrame,
  readLabel,
  type Sample,
  SvError,
  type Task,
} from '@streetvision/core';
import { looksLikePicture } from '../urls/sniff.js';
import { insideFolder } from './paths.js';
import { createPresence } from './present.js';
import type { Row } from './row.js';

export interface RowsOptions {
  /** As the user wrote it. */
  readonly name: string;
  /** Folder that files are relative to. */
  readonly root: string;
  readonly count?: number;
  /** Rows in a fixed order, from the start each time. */
  rows(): AsyncIterable<Row> | Iterable<Row>;
  /** Of rows that name none. @default the name of the folder */
  readonly source?: string;
}

/**
 * A dataset of the rows that a format has read: labels are read, groups found, files looked for. Every row that cannot
 * be used is told to `ctx.problem` and left out. While reading it throws `SV_DATA_FORMAT` where the group that the user
 * named is nowhere.
 */
export function datasetOf(
  { name, root, count, rows, source = basename(resolve(root)) }: RowsOptions,
  ctx: DataContext,
): Dataset {
  return {
    name,
    ...(count === undefined ? {} : { count }),
    async *samples() {
      const present = createPresence(root);
      const ids = new Map<string, string>();
      const grouping = ctx.group === undefined ? undefined : namedGroup(ctx.group);
      for await (const row of rows()) {
        ctx.signal.throwIfAborted();
        try {
          const sample = sampleOf(row, root, source, ctx, grouping);
          const earlier = ids.get(sample.id);
          if (earlier !== undefined) {
            throw new SvError('SV_DATA_DUPLICATE', `The sample \`${sample.id}\` was there before: ${earlier}.`);
          }
          const found = sample.file === undefined ? 'here' : await present(sample.file);
          if (found === 'missing') throw new SvError('SV_INPUT_NOT_FOUND', `There is no file \`${row.file}\`.`);
          if (found === 'outside') {
            throw new SvError('SV_DATA_FORMAT', `\`${row.file}\` leads out of the folder of the dataset by a link.`, {
              fix: 'Copy the picture into the folder, or name the folder that the link leads to.',
            });
          }
          ids.set(sample.id, row.where);
          yield sample;
        } catch (error) {
          if (!isSvError(error)) throw error;
          ctx.problem({ where: row.where, code: error.code, message: error.message });
        }
      }
      grouping?.check();
    },
  };
}

function sampleOf(row: Row, root: string, source: string, ctx: DataContext, grouping: Grouping | undefined): Sample {
  const file = row.file === undefined ? undefined : insideFolder(row.file);
  const id = textOf(row.id) ?? file;
  if (id === undefined) throw new SvError('SV_DATA_FORMAT', 'The row names no file.');
  const path = file === undefined ? undefined : resolve(root, file);
  const read = row.read ?? (path === undefined ? undefined : () => readPicture(path));
  if (!read) throw new SvError('SV_DATA_FORMAT', `The sample \`${id}\` has no picture: it names no file.`);
  const split = textOf(row.split);
  const sha256 = textOf(row.sha256)?.toLowerCase();
  if (sha256 !== undefined && !/^[\da-f]{64}$/.test(sha256)) {
    throw new SvError(
      'SV_DATA_FORMAT',
      `The sha256 of \`${id}\` is ${JSON.stringify(row.sha256)}, expected 64 hex digits.`,
    );
  }
  return {
    id,
    label: labelOf(row, ctx.task),
    group: (grouping ? grouping.of(row, id) : textOf(row.group)) ?? id,
    source: textOf(row.source) ?? source,
    ...(split === undefined ? {} : { split }),
    meta: row.meta ?? {},
    ...(row.boxes === undefined ? {} : { boxes: row.boxes }),
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(path === undefined ? {} : { file: path }),
    read,
  };
}

/** Columns that are both labels of the task must agree. Throws `SV_DATA_LABEL`. */
function labelOf({ label, labels = {} }: Row, task: Task | undefined): string | null {
  const read = readLabel(label, task);
  if (!task || read === null) return read;
  for (const [name, value] of Object.entries(labels)) {
    if (!saysOther(value, read, task)) continue;
    throw new SvError(
      'SV_DATA_LABEL',
      `The label is ${JSON.stringify(label)}, and \`${name}\` is ${JSON.stringify(value)}: they contradict each other.`,
      { fix: 'Correct one of them, or rename the column that is no label.' },
    );
  }
  return read;
}

function saysOther(value: unknown, label: string, task: Task): boolean {
  try {
    const read = readLabel(value, task);
    return read !== null && read !== label;
  } catch (error) {
    // What is no class of the task is metadata.
    if (isSvError(error)) return false;
    throw error;
  }
}

/** The bytes of a file, which must be a picture: a dataset that was downloaded must not read other files. */
async function readPicture(path: string): Promise<Uint8Array> {
  const frame = await readFrame(path);
  // Core says by which code a file is refused that begins as no picture does.
  if (!looksLikePicture(frame.bytes)) await frame.info();
  return frame.bytes;
}

/** A cell that says something: numbers are groups and ids too. */
function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value).trim();
  return text === '' ? undefined : text;
}

interface Grouping {
  of(row: Row, id: string): string | undefined;
  /** Throws `SV_DATA_FORMAT` where rows were read and none had the column. */
  check(): void;
}

/** The group by a column that the user named. Metadata comes first, then what a sample has anyway. */
function namedGroup(column: string): Grouping {
  const seen = new Set<string>();
  let found = false;
  return {
    of(row, id) {
      const known: Readonly<Record<string, unknown>> = {
        id,
        source: row.source,
        split: row.split,
        label: row.label,
        group: row.group,
        ...row.meta,
      };
      if (Object.hasOwn(known, column) && known[column] !== undefined) found = true;
      else if (!found)
        for (const key of Object.keys(known)) if (known[key] !== undefined && seen.size < 40) seen.add(key);
      return textOf(known[column]);
    },
    check() {
      if (!found && seen.size > 0) throw noGroup(column, [...seen]);
    },
  };
}

/** The error for a group that the user named and nobody has. */
export function noGroup(column: string, columns: readonly string[]): SvError {
  return new SvError(
    'SV_DATA_FORMAT',
    `There is no column \`${column}\` to group by. Columns are ${columns.join(', ')}.`,
    {
      fix: 'Name one of them with --group, or leave --group out.',
    },
  );
}
