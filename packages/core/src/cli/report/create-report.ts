import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { SvError } from '../../errors/sv-error.js';
import { VERSION } from '../../version.js';
import { buildPage, scriptJson } from './page.js';
import { makeThumbnail, type Thumbnail, thumbnailWidth } from './thumbnail.js';
import type { Report, ReportOptions, ReportRow } from './types.js';

/** Rows per block: the page reads the thumbnails of a block when the first of them comes into sight. */
const BLOCK = 64;
/** Thumbnails being made, or waiting for one before them. */
const IN_FLIGHT = 16;

interface Entry {
  readonly row: ReportRow;
  readonly link: string | undefined;
  readonly thumbnail: Promise<Thumbnail>;
}

/** From the report to the picture, so that both can move together; `undefined` on another drive. */
function linkTo(file: string, path: string): string | undefined {
  const way = relative(dirname(file), resolve(path));
  if (isAbsolute(way)) return undefined;
  const parts = way.split(sep).map((part) => encodeURIComponent(part));
  return `./${parts.join('/')}`;
}

/**
 * Begins an HTML report: one file that holds its data, thumbnails, style and script, and that opens from disk without
 * a network. Rows are written as they come, so memory does not grow with their number.
 *
 * @throws {SvError} `SV_OUTPUT_WRITE` from any of its functions when the file cannot be written
 * @example
 * const report = await createReport({ file: 'report.html', task });
 * for await (const row of rows) await report.add(row, row.input);
 * await report.finish({ elapsedMs });
 */
export async function createReport(options: ReportOptions): Promise<Report> {
  const file = resolve(options.file);
  const part = `${file}.${process.pid}.part`;
  const title = options.title ?? options.task?.name ?? 'Cascade';
  const page = await buildPage(title);

  const failed = async (cause: unknown): Promise<never> => {
    await handle?.close().catch(() => undefined); // the first failure is the one to report
    await rm(part, { force: true }).catch(() => undefined);
    throw new SvError('SV_OUTPUT_WRITE', `The report ${file} could not be written: ${(cause as Error).message}.`, {
      fix: 'Check the disk and the folder, or give --report another path.',
      cause,
    });
  };
  let handle: FileHandle | undefined;
  await mkdir(dirname(file), { recursive: true }).catch(failed);
  handle = await open(part, 'w').catch(failed);
  const output = handle;
  const write = (text: string) => output.writeFile(text).catch(failed);
  await write(page.head);

  let count = 0;
  let pending: Entry[] = [];
  let block: { row: ReportRow; link: string | undefined; thumbnail: Thumbnail }[] = [];
  let turn: Promise<void> = Promise.resolve();

  const flush = async () => {
    if (block.length === 0) return;
    const rows = scriptJson(block.map(({ row, link }) => (link === undefined ? { row } : { row, link })));
    const thumbnails = scriptJson(block.map(({ thumbnail }) => thumbnail));
    block = [];
    await write(
      `<script type="application/json" data-rows>${rows}</script>\n<script type="application/json" data-thumbnails>${thumbnails}</script>\n`,
    );
  };
  /** Brings entries over, oldest first, until no more than `left` are in flight. */
  const settle = (left: number) => {
    turn = turn.then(async () => {
      while (pending.length > left) {
        const { row, link, thumbnail } = pending[0] as Entry;
        block.push({ row, link, thumbnail: await thumbnail });
        pending = pending.slice(1);
        if (block.length === BLOCK) await flush();
      }
    });
    return turn;
  };

  return {
    add(row, picture) {
      const width = options.thumbnailWidth ?? thumbnailWidth(options.expected ?? count);
      count++;
      pending.push({
        row,
        link: typeof picture === 'string' ? linkTo(file, picture) : undefined,
        thumbnail:
          width === 0
            ? Promise.resolve({ why: 'Thumbnails were left out.' })
            : makeThumbnail(picture, width, options.images),
      });
      return pending.length > IN_FLIGHT ? settle(IN_FLIGHT) : Promise.resolve();
    },
    async finish(end = {}) {
      await settle(0);
      await flush();
      const { task, cascade, expected } = options;
      const meta = { title, version: VERSION, created: new Date().toISOString(), task, cascade, expected, ...end };
      await write(`<script type="application/json" data-meta>${scriptJson(meta)}</script>\n${page.tail}`);
      await output.close().catch(failed);
      await rename(part, file).catch(failed);
    },
    async abort() {
      await Promise.allSettled(pending.map(({ thumbnail }) => thumbnail));
      await output.close().catch(failed);
      await rm(part, { force: true }).catch(failed);
    },
  };
}
