import { type DataContext, type Dataset, isSvError, type Sample, SvError } from '@streetvision/core';
import type { DecodedArray } from 'hyparquet';
import { createRecent } from '../cache/recent.js';
import { readBoxes } from '../formats/boxes.js';
import { labelOf, pictureOf, plainOf } from './cells.js';
import { type Columns, pickColumns } from './columns.js';
import { openParquet, type ParquetFile, type RowGroup } from './parquet-file.js';
import type { Ranges } from './ranges.js';
import type { ParquetOptions } from './ref.js';

/** A parquet file that is not open yet. */
export interface ParquetSource {
  /** Relative to the dataset, with `/`. */
  readonly path: string;
  open(): Promise<Ranges> | Ranges;
}

export interface ParquetDatasetOptions {
  readonly name: string;
  /** Of the samples that do not say theirs. */
  readonly source: string;
  /** In the order in which they are read. */
  readonly files: readonly ParquetSource[];
  readonly options: ParquetOptions;
  /** The part of the data that a file belongs to. */
  readonly part?: ((path: string) => string | undefined) | undefined;
  /** Pictures that are remembered, in bytes. @default 64 MiB */
  readonly memory?: number | undefined;
}

/**
 * Rows of parquet files as samples. Reading the samples reads the small columns alone; a picture is read with those of
 * its row group when it is asked for, and the last row groups are remembered. Throws `SV_DATA_FORMAT`.
 */
export async function openParquetDataset(
  { name, source, files, options, part, memory = 64 * 2 ** 20 }: ParquetDatasetOptions,
  ctx: DataContext,
): Promise<Dataset> {
  const pictures = createRecent<DecodedArray>(memory, weigh);
  // Footers are small; a file that a sample still refers to may be read again.
  const footers = createRecent<ParquetFile>(256, () => 1);
  const open = (file: ParquetSource) => footers.get(file.path, async () => openParquet(file.path, await file.open()));
  const [first] = files;
  if (!first) throw new SvError('SV_DATA_EMPTY', `${name} has no parquet file.`);
  const opened = await open(first);
  pickColumns(opened.metadata, first.path, options, ctx.group);

  async function* samplesOf(file: ParquetSource, ids: Set<string>): AsyncGenerator<Sample> {
    const parquet = await open(file);
    const columns = pickColumns(parquet.metadata, file.path, options, ctx.group);
    for (const group of parquet.groups) {
      ctx.signal.throwIfAborted();
      const cells = new Map<string, DecodedArray>();
      for (const column of columns.light) cells.set(column, await parquet.column(group, column));
      const without = await emptyRows(file, parquet, group, columns);
      for (let row = 0; row < group.end - group.start; row++) {
        const id = `${file.path}#${group.start + row}`;
        if (without.has(row)) {
          ctx.problem({ where: id, code: 'SV_IMAGE_EMPTY', message: 'It has no picture.' });
          continue;
        }
        const sample = sampleOf(id, columns, (column) => cells.get(column)?.[row]);
        if (!sample) continue;
        if (ids.has(sample.id)) {
          const message = `The sample \`${sample.id}\` was there before.`;
          ctx.problem({ where: id, code: 'SV_DATA_DUPLICATE', message });
          continue;
        }
        if (sample.id !== id) ids.add(sample.id);
        yield {
          ...sample,
          ...(isOwn(columns) ? {} : partOf(file)),
          read: () => picture(file, columns, group, row, id),
        };
      }
    }
  }

  function sampleOf(id: string, columns: Columns, cell: (column: string) => unknown): Omit<Sample, 'read'> | undefined {
    const meta: Record<string, unknown> = {};
    for (const column of columns.light) if (column !== columns.label) meta[column] = plainOf(cell(column));
    const grouped = meta[ctx.group ?? 'group'];
    const from = meta.source;
    try {
      const own = isOwn(columns) ? ownOf(meta, options) : undefined;
      const name = own?.id ?? id;
      return {
        label: labelOf(cell(columns.label), columns.names, ctx.task),
        group: grouped === undefined || grouped === null || grouped === '' ? name : String(grouped),
        source: typeof from === 'string' && from !== '' ? from : source,
        meta,
        ...own,
        id: name,
      };
    } catch (error) {
      if (!isSvError(error)) throw error;
      ctx.problem({ where: id, code: error.code, message: error.message });
      return undefined;
    }
  }

  const partOf = (file: ParquetSource) => {
    const split = part?.(file.path);
    return split === undefined ? {} : { split };
  };

  const images = async (file: ParquetSource, group: RowGroup, column: string) =>
    pictures.get(`${group.index} ${file.path}`, async () => (await open(file)).column(group, column));

  async function picture(file: ParquetSource, { image }: Columns, group: RowGroup, row: number, id: string) {
    ctx.signal.throwIfAborted();
    // A copy: the row group it is part of must not stay for it.
    return new Uint8Array(pictureOf((await images(file, group, image))[row], id));
  }

  /** The file says how many cells are empty, but only the cells say which. */
  async function emptyRows(file: ParquetSource, parquet: ParquetFile, group: RowGroup, { image }: Columns) {
    if (!parquet.empty(group, image)) return new Set<number>();
    const rows = new Set<number>();
    for (const [row, cell] of Array.from(await images(file, group, image)).entries()) if (isEmpty(cell)) rows.add(row);
    return rows;
  }

  return {
    name,
    ...(files.length === 1 ? { count: Number(opened.metadata.num_rows) } : {}),
    async *samples() {
      const ids = new Set<string>();
      for (const file of files) yield* samplesOf(file, ids);
    },
  };
}

/** What `sv data export --format parquet` writes beside picture and label. */
const OWN = ['scene_description', 'id', 'group', 'source', 'split', 'boxes', 'meta'];

const isOwn = ({ light }: Columns): boolean => OWN.every((name) => light.includes(name));

/** A row as it was exported. Throws `SV_DATA_FORMAT`. */
function ownOf(
  cells: Readonly<Record<string, unknown>>,
  options: ParquetOptions,
): Partial<Pick<Sample, 'id' | 'split' | 'boxes' | 'meta'>> {
  const { scene_description, id, group: _, source: __, split, boxes, meta, ...rest } = cells;
  const said = jsonOf(meta, 'meta');
  const scene = scene_description === null || scene_description === undefined ? {} : { scene_description };
  return {
    ...(typeof id === 'string' && id !== '' ? { id } : {}),
    // Who asks for one part takes it as a whole.
    ...(typeof split === 'string' && split !== '' && options.split === undefined ? { split } : {}),
    ...(typeof boxes === 'string' ? { boxes: readBoxes(jsonOf(boxes, 'boxes')) } : {}),
    meta: { ...rest, ...scene, ...(isStruct(said) ? said : {}) },
  };
}

function jsonOf(text: unknown, column: string): unknown {
  if (typeof text !== 'string' || text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SvError('SV_DATA_FORMAT', `The column \`${column}\` holds a text that is no JSON.`, { cause });
  }
}

const isEmpty = (cell: unknown): boolean =>
  cell === null || cell === undefined || (isStruct(cell) && !cell.bytes && !cell.image);

const isStruct = (cell: unknown): cell is Record<string, unknown> =>
  typeof cell === 'object' && cell !== null && !ArrayBuffer.isView(cell);

function weigh(cells: DecodedArray): number {
  let bytes = 0;
  for (let i = 0; i < cells.length; i++) {
    const cell: unknown = cells[i];
    const inner = isStruct(cell) ? (cell.bytes ?? cell.image) : cell;
    bytes += (inner as { length?: number } | null)?.length ?? 0;
  }
  return bytes;
}
