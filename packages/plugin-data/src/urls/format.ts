import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import {
  type DataContext,
  type DataFormat,
  defaultCacheFolder,
  didYouMean,
  isSvError,
  SvError,
} from '@streetvision/core';
import { writeShared } from '../cache/write-whole.js';
import { datasetOf } from '../formats/dataset.js';
import { findKind } from '../formats/paths.js';
import type { Row } from '../formats/row.js';
import { type FetchOptions, fetchPicture, labelOf } from './fetch-picture.js';
import { createGuard, type GuardOptions } from './guard.js';
import { createLimit } from './limit.js';
import { readUrlList } from './list.js';

/** What may be set by code; on the command line `?allow=`, `?maxBytes=`, `?timeoutMs=` and `?concurrency=`. */
export interface UrlsOptions
  extends GuardOptions,
    Pick<FetchOptions, 'maxBytes' | 'timeoutMs' | 'retries' | 'backoffMs'> {
  /** Downloads at once. @default 8 */
  readonly concurrency?: number;
}

const KEYS = ['allow', 'maxBytes', 'timeoutMs', 'concurrency'];

/**
 * `urls:list.txt`: pictures by address, downloaded when they are asked for and kept in the cache. Only hosts on the
 * public internet are asked, unless allowed by name. Only named formats are tried: a list is a text like any other.
 */
export function urlsFormat(settings: UrlsOptions = {}): DataFormat<'urls'> {
  return {
    name: 'urls',
    description: 'urls:list.txt, .jsonl or .csv: url, label, group; pictures by http(s)',
    async open(ref, ctx) {
      const { place, options } = optionsOf(ref);
      const file = resolve(ctx.dir, place);
      if ((await findKind(file)) !== 'file') {
        throw new SvError('SV_DATA_NOT_FOUND', `There is no list ${file}.`, { fix: 'Check the path.' });
      }
      const download = createDownload({ ...settings, ...options }, ctx);
      return datasetOf(
        {
          name: `urls:${ref}`,
          root: resolve(file, '..'),
          source: basename(file).replace(/\.\w+$/, ''),
          rows: () => rowsOf(file, download, ctx),
        },
        ctx,
      );
    },
  };
}

async function* rowsOf(file: string, download: Download, ctx: DataContext): AsyncGenerator<Row> {
  for await (const row of readUrlList(file)) {
    const where = `${basename(file)} line ${row.line}`;
    try {
      if ('wrong' in row) throw new SvError('SV_DATA_FORMAT', row.wrong);
      const { url: said, line: _, ...rest } = row;
      const url = download.check(said);
      yield { ...rest, where, id: idOf(url), read: () => download.get(url) };
    } catch (error) {
      if (!isSvError(error)) throw error;
      ctx.problem({ where, code: error.code, message: error.message });
    }
  }
}

interface Download {
  /** Throws `SV_DATA_FORMAT`, `SV_DATA_SOURCE`. */
  check(said: unknown): URL;
  get(url: URL): Promise<Uint8Array>;
}

function createDownload({ concurrency = 8, ...settings }: UrlsOptions, ctx: DataContext): Download {
  const guard = createGuard(settings);
  const limit = createLimit(concurrency);
  const offline = ctx.remote?.offline ?? !['', '0', 'false', undefined].includes(process.env.SV_OFFLINE);
  const folder = join(ctx.remote?.cache ?? defaultCacheFolder(), 'datasets', 'urls');
  return {
    check(said) {
      if (typeof said !== 'string' || !URL.canParse(said.trim())) {
        throw new SvError('SV_DATA_FORMAT', 'It has no `url`, or it is none.', { fix: 'Write `https://…`.' });
      }
      const url = new URL(said.trim());
      url.hash = '';
      guard.check(url);
      return url;
    },
    get: (url) =>
      limit(async () => {
        const key = createHash('sha256').update(url.href).digest('hex');
        const path = join(folder, key.slice(0, 2), key);
        const kept: Uint8Array | undefined = await readFile(path).catch((error: NodeJS.ErrnoException) => {
          if (error.code === 'ENOENT') return undefined;
          throw error;
        });
        if (kept) return new Uint8Array(kept);
        if (offline) {
          throw new SvError(
            'SV_DATA_SOURCE',
            `${labelOf(url)} is not in the cache, and the network is not to be touched.`,
            {
              fix: 'Run once without --offline and SV_OFFLINE.',
            },
          );
        }
        const bytes = await fetchPicture(url, { ...settings, guard, signal: ctx.signal });
        await writeShared(path, bytes);
        return bytes;
      }),
  };
}

/** The address without what may be a secret; where that leaves something out, a part of its hash tells two apart. */
function idOf(url: URL): string {
  const shown = `${url.host}${url.pathname}`;
  if (url.search === '' && url.username === '' && url.protocol === 'https:') return shown;
  return `${shown}#${createHash('sha256').update(url.href).digest('hex').slice(0, 12)}`;
}

function optionsOf(ref: string): { place: string; options: UrlsOptions } {
  const [, place = ref, query = ''] = /^(.*)\?([^?]*)$/s.exec(ref) ?? [];
  const given = new URLSearchParams(query);
  for (const key of given.keys()) {
    if (KEYS.includes(key)) continue;
    throw new SvError('SV_DATA_FORMAT', `A list of addresses has no option \`${key}\`.${didYouMean(key, KEYS)}`, {
      fix: `Options are ${KEYS.join(', ')}.`,
    });
  }
  const number = (key: string): number | undefined => {
    const text = given.get(key);
    if (text === null) return undefined;
    if (/^[1-9]\d{0,11}$/.test(text)) return Number(text);
    throw new SvError('SV_DATA_FORMAT', `\`${key}\` is \`${text}\`, expected a whole number above 0.`);
  };
  const allow = given
    .getAll('allow')
    .flatMap((list) => list.split(','))
    .filter(Boolean);
  const [maxBytes, timeoutMs, concurrency] = KEYS.slice(1).map(number);
  return {
    place,
    options: {
      ...(allow.length === 0 ? {} : { allow }),
      ...(maxBytes === undefined ? {} : { maxBytes }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      ...(concurrency === undefined ? {} : { concurrency }),
    },
  };
}
