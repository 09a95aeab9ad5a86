import { join, resolve } from 'node:path';
import { isSvError, SvError } from '../errors/sv-error.js';
import type { Logger } from '../types/log.js';
import type { ModelFile, ModelRef } from '../types/model.js';
import { defaultCacheFolder } from './cache-folder.js';
import { createHttp } from './http.js';
import { createHuggingFace } from './hugging-face.js';
import { findFile, findInPackage, requireBeside } from './local-files.js';
import { createModelLock } from './lock-file.js';
import { listCache, type Pruned, type PruneOptions, pruneCache, type Verified, verifyCache } from './maintain.js';
import { parseModelRef, withoutQuery } from './model-ref.js';
import { createRecords } from './records.js';
import { createRemoteFiles } from './remote-files.js';

export interface ModelStoreOptions {
  /** Folder of the cache, relative to `dir`. @default `$SV_CACHE`, or `streetvision` in the user's cache folder */
  readonly cache?: string | undefined;
  /** Never touches the network. @default false, or true where `SV_OFFLINE` is set to something else than 0 */
  readonly offline?: boolean | undefined;
  /** The config's folder: `file:` and `npm:` references start here. @default the working folder */
  readonly dir?: string | undefined;
  /** Lock file, relative to `dir`; false pins nothing. @default 'sv.lock' */
  readonly lock?: string | false | undefined;
  readonly log: Logger;
  /** For proxies. @default the built-in one */
  readonly fetch?: typeof fetch | undefined;
  /** A mirror of the Hugging Face hub. @default `$HF_ENDPOINT`, or `https://huggingface.co` */
  readonly endpoint?: string | undefined;
  /** For gated and private repositories; sent to the endpoint's host only. @default `$HF_TOKEN` */
  readonly token?: string | undefined;
  /** Tries after the first that may fail in a row without a byte. @default 5 */
  readonly retries?: number | undefined;
  /** Pause before the second try, in milliseconds; doubles each time. @default 500 */
  readonly backoffMs?: number | undefined;
  /** A connection silent for so many milliseconds is given up and resumed. @default 60_000 */
  readonly stallMs?: number | undefined;
  readonly onProgress?: ((progress: ModelProgress) => void) | undefined;
}

export interface ModelProgress {
  readonly ref: ModelRef;
  /** On this disk so far. */
  readonly bytes: number;
  /** Undefined where the server does not tell. */
  readonly total: number | undefined;
}

export interface GetOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface ModelStore {
  /** Absolute path of the cache folder. */
  readonly cache: string;
  /** Absolute path of the lock file. */
  readonly lock: string | undefined;
  /**
   * A verified file on this disk; downloaded where it is not there yet, together with the external data of an ONNX
   * graph. Files of one repository and revision lie in one folder under their own names.
   *
   * `hf:` and `https:` references are pinned in the lock file. `npm:` and `file:` ones are not: the package
   * manager's lock file and version control answer for them, and a head that is trained again would be refused.
   * Their hash is computed all the same. A file is hashed while it arrives, and again only after its size or
   * modification time has changed; `verify` hashes everything.
   *
   * @throws SV_MODEL_REF, SV_MODEL_NOT_FOUND, SV_MODEL_GATED, SV_MODEL_OFFLINE, SV_MODEL_HASH, SV_MODEL_DOWNLOAD,
   * SV_MODEL_DISK, SV_MODEL_LOCK, SV_MODEL_FOLDER, SV_ABORTED
   */
  get(ref: ModelRef, options?: GetOptions): Promise<ModelFile>;
  /** What is pinned in the lock file, sorted. */
  pinned(): Promise<ModelRef[]>;
  /** Drops the pins of these references and of all else of the same repository and revision; returns all of them. */
  unpin(refs: readonly ModelRef[]): Promise<ModelRef[]>;
  /** Everything in the cache, whichever project wanted it; `used` where this project's lock file pins it. */
  list(): Promise<(ModelFile & { readonly used: boolean })[]>;
  /** Hashes everything in the cache again; `repair` replaces what is damaged and can be had again. */
  verify(options?: { readonly repair?: boolean; readonly signal?: AbortSignal | undefined }): Promise<Verified[]>;
  /** Removes what this project's lock file does not pin, unfinished downloads included. Other projects share the cache. */
  prune(options?: PruneOptions): Promise<Pruned>;
}

/**
 * Opens the store of verified model files. Safe under any number of processes.
 *
 * @example
 * const store = createModelStore({ log: console });
 * const { path } = await store.get('file:./models/head.onnx');
 */
export function createModelStore(options: ModelStoreOptions): ModelStore {
  const { log, onProgress } = options;
  const dir = resolve(options.dir ?? '.');
  const cache = options.cache === undefined ? resolve(defaultCacheFolder()) : resolve(dir, options.cache);
  const folder = join(cache, 'models');
  const lock = createModelLock(options.lock === false ? undefined : resolve(dir, options.lock ?? 'sv.lock'), log);
  const token = (options.token ?? process.env.HF_TOKEN)?.trim() || undefined;
  const endpoint = endpointUrl(options.endpoint ?? (process.env.HF_ENDPOINT || 'https://huggingface.co'));
  const offline = options.offline ?? !['', '0', 'false', undefined].includes(process.env.SV_OFFLINE);
  const http = createHttp({ fetch: options.fetch ?? fetch, endpoint, token });
  const retry = { retries: options.retries ?? 5, backoffMs: options.backoffMs ?? 500, log };
  const records = createRecords(folder, log);
  const stallMs = options.stallMs ?? 60_000;
  const hub = createHuggingFace({ http, endpoint, tokenGiven: token !== undefined, timeoutMs: stallMs, ...retry });
  const remote = createRemoteFiles({
    ...retry,
    ...{ cache, folder, offline, lock, http, hub, records },
    stallMs,
  });
  const progressOf =
    onProgress && ((ref: ModelRef) => (now: Omit<ModelProgress, 'ref'>) => onProgress({ ref, ...now }));

  async function get(ref: ModelRef, { signal }: GetOptions = {}): Promise<ModelFile> {
    const parsed = parseModelRef(ref);
    try {
      signal?.throwIfAborted();
      if (parsed.kind === 'hf') return await remote.getHf(parsed, { signal, onProgress: progressOf });
      if (parsed.kind === 'https') return await remote.getHttps(parsed, { signal, onProgress: progressOf });
      const path = parsed.kind === 'npm' ? await findInPackage(parsed, dir) : await findFile(parsed, dir);
      const { sha256, bytes, external } = await records.hashed(path, signal);
      for (const location of external) await requireBeside(ref, path, location);
      return { ref, path, sha256, bytes };
    } catch (error) {
      throw named(error, ref, signal);
    }
  }

  const context = { folder, lock, records, log };
  return {
    cache,
    lock: lock.path,
    get,
    pinned: async () => Object.keys(await lock.read()).sort() as ModelRef[],
    async unpin(refs) {
      remote.forgetCommits();
      return lock.drop(refs);
    },
    list: () => listCache(context),
    verify: ({ repair = false, signal } = {}) =>
      verifyCache(
        context,
        signal,
        repair ? (source) => remote.restore(source, { signal, onProgress: progressOf }) : undefined,
      ),
    prune: (pruneOptions = {}) => pruneCache(context, pruneOptions),
  };
}

/** Everything that leaves the store has a code. */
function named(error: unknown, ref: ModelRef, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) {
    return new SvError('SV_ABORTED', `Getting \`${withoutQuery(ref)}\` was given up.`, {
      fix: 'What arrived is kept, and the next try goes on from there.',
      cause: error,
    });
  }
  if (isSvError(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new SvError('SV_MODEL_NOT_FOUND', `\`${withoutQuery(ref)}\` could not be read: ${message}.`, {
    fix: 'Check the file and its permissions.',
    cause: error,
  });
}

function endpointUrl(text: string): URL {
  if (URL.canParse(text)) return new URL(text);
  throw new SvError('SV_MODEL_REF', `The Hugging Face endpoint \`${text}\` is not a URL.`, {
    fix: 'Set HF_ENDPOINT (or `models.endpoint` in the config) to something like https://huggingface.co, or leave it out.',
  });
}
