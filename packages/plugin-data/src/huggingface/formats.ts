import { readdir, stat } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';
import { type DataContext, type DataFormat, defaultCacheFolder, SvError } from '@streetvision/core';
import { holdsPictures } from '../formats/walk.js';
import { openParquetDataset } from './dataset.js';
import { createHubHttp, type HubHttpOptions } from './http.js';
import { fileUrl, readSnapshot, type Snapshot } from './hub.js';
import { datasetFolder, readPin, writePin } from './pin.js';
import { keptRanges, localRanges, remoteRanges } from './ranges.js';
import { type HubDatasetRef, parseHubRef, splitOptions } from './ref.js';
import { filesOfSplit, partsOf } from './splits.js';

/** What may be set by code alone. */
export interface HuggingFaceOptions
  extends Partial<Pick<HubHttpOptions, 'retries' | 'backoffMs' | 'timeoutMs' | 'fetch'>> {
  /** @default `$HF_TOKEN` */
  readonly token?: string;
  /** Pictures that are remembered, in bytes. @default 64 MiB */
  readonly memory?: number;
}

/**
 * `hf:org/name@revision?split=train`: parquet files of a dataset on the Hugging Face hub, read in ranges. The commit
 * that a branch stood for is kept in the cache, so that the next run reads the same data; `?update=1` asks anew.
 *
 * @example
 * const dataset = await project.dataset('hf:natix-network-org/roadwork?split=train');
 */
export function huggingFaceFormat(settings: HuggingFaceOptions = {}): DataFormat<'hf'> {
  return {
    name: 'hf',
    description: 'hf:org/name@revision?split=train: parquet files on the Hugging Face hub',
    async open(given, ctx) {
      const ref = parseHubRef(given);
      const endpoint = endpointOf(ctx);
      const cache = ctx.remote?.cache ?? defaultCacheFolder();
      const { SV_OFFLINE, HF_TOKEN } = process.env;
      const http = createHubHttp({
        ...settings,
        endpoint,
        token: settings.token ?? (HF_TOKEN || undefined),
        offline: ctx.remote?.offline ?? !['', '0', 'false', undefined].includes(SV_OFFLINE),
        signal: ctx.signal,
      });
      const snapshot = await pinned(ref, cache, endpoint, () => readSnapshot(http, endpoint, ref.repo, ref.revision));
      const name = `hf:${ref.repo}@${snapshot.commit}`;
      const files = choose(snapshot.files, ref.options, name);
      const folder = join(datasetFolder(cache, ref.repo), snapshot.commit);
      return openParquetDataset(
        {
          name: ref.options.split ? `${name}?split=${ref.options.split}` : name,
          source: ref.repo,
          options: ref.options,
          memory: settings.memory,
          part: ref.options.split ? undefined : partsOf(files),
          files: files.map(({ path, bytes }) => ({
            path,
            open() {
              const about = { label: `${ref.repo}@${snapshot.commit.slice(0, 8)}/${path}`, repo: ref.repo };
              const ranges = remoteRanges(http, fileUrl(endpoint, ref.repo, snapshot.commit, path), about, bytes);
              return ref.options.keep ? keptRanges(ranges, join(folder, encodeURIComponent(path))) : ranges;
            },
          })),
        },
        ctx,
      );
    },
  };
}

/** `data.parquet`, or a folder of parquet files with `parquet:folder?split=train`. */
export function parquetFormat(settings: Pick<HuggingFaceOptions, 'memory'> = {}): DataFormat<'parquet'> {
  return {
    name: 'parquet',
    description: 'data.parquet or a folder of them: an image column, label, and any other columns',
    async detect(ref, ctx) {
      const { place } = locate(ref);
      const found = await stat(resolve(ctx.dir, place)).catch(() => undefined);
      if (found?.isFile()) return place.toLowerCase().endsWith('.parquet');
      if (!found?.isDirectory() || (await parquetFiles(resolve(ctx.dir, place), 1)).length === 0) return false;
      return !(await holdsPictures(resolve(ctx.dir, place)));
    },
    async open(ref, ctx) {
      const { place, options } = splitOptions(ref);
      const path = resolve(ctx.dir, place);
      const found = await stat(path).catch(() => undefined);
      if (!found) throw new SvError('SV_DATA_NOT_FOUND', `There is no ${path}.`, { fix: 'Check the path.' });
      const folder = found.isDirectory() ? path : join(path, '..');
      const paths = found.isDirectory() ? await parquetFiles(path) : [path];
      const all = paths.map((file) => ({ path: relative(folder, file).split(sep).join('/'), file }));
      const files = choose(all, options, ref);
      return openParquetDataset(
        {
          name: `parquet:${ref}`,
          source: basename(path).replace(/\.parquet$/i, ''),
          options,
          memory: settings.memory,
          part: options.split ? undefined : partsOf(files),
          files: files.map(({ path, file }) => ({ path, open: () => localRanges(file) })),
        },
        ctx,
      );
    },
  };
}

function endpointOf(ctx: DataContext): URL {
  const said = ctx.remote?.endpoint ?? (process.env.HF_ENDPOINT || 'https://huggingface.co');
  if (URL.canParse(said)) return new URL(said);
  throw new SvError('SV_DATA_SOURCE', `The Hugging Face endpoint \`${said}\` is no URL.`, {
    fix: 'Correct HF_ENDPOINT or `models.endpoint`.',
  });
}

async function pinned(
  ref: HubDatasetRef,
  cache: string,
  endpoint: URL,
  ask: () => Promise<Snapshot>,
): Promise<Snapshot> {
  const place = { endpoint, repo: ref.repo, revision: ref.revision };
  const known = ref.options.update ? undefined : await readPin(cache, place);
  if (known) return known;
  const fresh = await ask();
  await writePin(cache, place, fresh);
  return fresh;
}

function choose<File extends { readonly path: string }>(
  files: readonly File[],
  { split, folder }: { readonly split?: string | undefined; readonly folder?: string | undefined },
  name: string,
): File[] {
  const inside = folder ? files.filter(({ path }) => path.startsWith(`${folder.replace(/\/*$/, '')}/`)) : [...files];
  if (inside.length === 0) {
    throw new SvError('SV_DATA_EMPTY', `${name} has no parquet file${folder ? ` in ${folder}` : ''}.`, {
      fix: 'Look at its files; a dataset of pictures in folders is downloaded and read as a folder.',
    });
  }
  return split ? filesOfSplit(inside, split, name) : inside;
}

const locate = (ref: string) => ({ place: ref.replace(/\?.*$/s, '') });

/** Every parquet file of a folder, sorted; `depth` levels of folders, all where it is not given. */
async function parquetFiles(folder: string, depth = 32): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory() && depth > 0) found.push(...(await parquetFiles(path, depth - 1)));
    else if (entry.isFile() && entry.name.toLowerCase().endsWith('.parquet')) found.push(path);
  }
  return found;
}
