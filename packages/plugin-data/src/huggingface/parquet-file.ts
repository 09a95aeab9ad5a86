import { isSvError, SvError } from '@streetvision/core';
import { type DecodedArray, type FileMetaData, parquetMetadataAsync, parquetScan } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import type { Ranges } from './ranges.js';

export interface RowGroup {
  readonly index: number;
  /** Row of the file that it starts with. */
  readonly start: number;
  readonly end: number;
}

/** One parquet file, of which only the footer is in memory. */
export interface ParquetFile {
  readonly name: string;
  readonly metadata: FileMetaData;
  readonly groups: readonly RowGroup[];
  /** Cells of one column of one row group. Throws `SV_DATA_FORMAT`, and what the ranges throw. */
  column(group: RowGroup, column: string): Promise<DecodedArray>;
  /** Cells that the file itself says are empty; undefined where it does not say. */
  empty(group: RowGroup, column: string): number | undefined;
}

/** Decompressed; a column of one row group is in memory as a whole. */
const MAX_COLUMN_BYTES = 2 ** 30;

/** Reads the footer. Throws `SV_DATA_FORMAT`. */
export async function openParquet(name: string, ranges: Ranges): Promise<ParquetFile> {
  const metadata = await decoded(name, () => parquetMetadataAsync(ranges, { geoparquet: false }));
  const groups: RowGroup[] = [];
  for (const { num_rows } of metadata.row_groups) {
    const start = groups.at(-1)?.end ?? 0;
    groups.push({ index: groups.length, start, end: start + Number(num_rows) });
  }
  const chunks = (group: RowGroup, column: string) =>
    (metadata.row_groups[group.index]?.columns ?? []).filter(
      ({ meta_data }) => meta_data?.path_in_schema[0] === column,
    );
  return {
    name,
    metadata,
    groups,
    async column(group, column) {
      const bytes = chunks(group, column).reduce(
        (sum, { meta_data }) => sum + Number(meta_data?.total_uncompressed_size ?? 0),
        0,
      );
      if (bytes > MAX_COLUMN_BYTES) {
        throw new SvError(
          'SV_DATA_FORMAT',
          `Row group ${group.index} of ${name} has ${bytes} bytes in \`${column}\`.`,
          {
            fix: `Write it with smaller row groups: at most ${MAX_COLUMN_BYTES} bytes are read at once.`,
          },
        );
      }
      return decoded(name, async () => {
        const range = { rowStart: group.start, rowEnd: group.end };
        const scan = await parquetScan({
          file: ranges,
          metadata,
          columns: [column],
          ...range,
          compressors,
          utf8: false,
          useOffsetIndex: false,
        });
        const cells = await scan.readColumn({ column, ...range });
        if (cells.length !== group.end - group.start) throw new Error(`${cells.length} cells in \`${column}\``);
        return cells;
      });
    },
    empty(group, column) {
      const counts = chunks(group, column).map(({ meta_data }) => meta_data?.statistics?.null_count);
      // Of a struct, that part counts which is empty least often: a path may be absent for all.
      return counts.length > 0 && counts.every((count) => count !== undefined)
        ? Math.min(...counts.map(Number))
        : undefined;
    },
  };
}

/** What hyparquet throws says what is wrong with the file, but not which file. */
async function decoded<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isSvError(error) || !(error instanceof Error) || error.name === 'AbortError' || error.name === 'TimeoutError')
      throw error;
    throw new SvError('SV_DATA_FORMAT', `${name} is no parquet file that can be read: ${error.message}.`, {
      fix: 'Download or write it again.',
      cause: error,
    });
  }
}
