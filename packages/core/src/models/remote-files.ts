import { dirname, join, posix } from 'node:path';
import { isSvError, SvError } from '../errors/sv-error.js';
import type { ModelFile, ModelRef } from '../types/model.js';
import { pathInCache } from './cache-layout.js';
import type { OnProgress } from './download.js';
import { type FetchContext, fetchFile, offlineError, placeCopy } from './fetch-file.js';
import type { HuggingFace } from './hugging-face.js';
import { type ModelLock, type Pin, pinnedRevision } from './lock-file.js';
import { type HfRef, type HttpsRef, isCommit, keptRef, parseModelRef, withoutQuery } from './model-ref.js';
import type { FileRecord } from './records.js';

export interface RemoteContext extends FetchContext {
  /** `<cache>/models`. */
  readonly folder: string;
  readonly lock: ModelLock;
  readonly hub: HuggingFace;
}

export interface RemoteOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((ref: ModelRef) => OnProgress) | undefined;
}

const MAX_PIN_ROUNDS = 4;

const REPLACE = { replace: true } as const;

/** Downloads `hf:` and `https:` references, and what their graphs keep outside of themselves. */
export function createRemoteFiles(ctx: RemoteContext) {
  /** Branches as this process saw them, for stores without a lock file. */
  const commits = new Map<string, string>();
  /** References by URL, to find the external data of a graph. */
  const seen = new Map<string, HttpsRef>();

  async function getHf(parsed: HfRef, options: RemoteOptions): Promise<ModelFile> {
    for (let round = 0; round < MAX_PIN_ROUNDS; round++) {
      const pin = (await ctx.lock.read())[parsed.ref];
      const commit = await commitOf(parsed, options.signal);
      const { path, record } = await fetchHf(parsed, commit, pin, options);
      const stands = await ctx.lock.add(parsed.ref, {
        ...(isCommit(parsed.revision) ? {} : { revision: commit }),
        sha256: record.sha256,
        bytes: record.bytes,
      });
      // Another process pinned the branch to another commit meanwhile: theirs counts.
      if (stands?.sha256 !== record.sha256) continue;
      await externalsOfHf(parsed, record, options);
      return { ref: parsed.ref, path, sha256: record.sha256, bytes: record.bytes };
    }
    throw new SvError(
      'SV_MODEL_LOCK',
      `The pin of \`${parsed.ref}\` in ${ctx.lock.path} does not fit the file, or keeps changing.`,
      {
        fix: `Run \`sv models pull --update '${parsed.ref}'\`.`,
      },
    );
  }

  /** Without pinning: a repair of what is in the cache says nothing about this project. */
  async function fetchHf(
    parsed: HfRef,
    commit: string,
    pin: Pin | undefined,
    options: RemoteOptions,
    replace: Partial<typeof REPLACE> = {},
  ) {
    const { repo, file } = parsed;
    const path = pathInCache(ctx.folder, { ...parsed, commit });
    const record = await fetchFile(
      ctx,
      {
        label: parsed.ref,
        source: `hf:${repo}@${commit}/${file}`,
        path,
        pinned: pin && { sha256: pin.sha256, by: ctx.lock.path ?? 'the lock file' },
        locate: async (signal) => ({
          url: ctx.hub.fileUrl(repo, commit, file),
          asked: ctx.hub.asked(repo, parsed.ref),
          expected: await ctx.hub.fileInfo(repo, commit, file, signal),
        }),
      },
      { signal: options.signal, onProgress: options.onProgress?.(parsed.ref), ...replace },
    );
    return { path, record };
  }

  async function commitOf(parsed: HfRef, signal?: AbortSignal): Promise<string> {
    if (isCommit(parsed.revision)) return parsed.revision;
    const pinned = pinnedRevision(await ctx.lock.read(), parsed.ref);
    if (pinned) return pinned;
    const key = `${parsed.repo}@${parsed.revision}`;
    const known = commits.get(key);
    if (known) return known;
    if (ctx.offline) throw offlineError(ctx.cache, parsed.ref);
    const commit = await ctx.hub.commitOf(parsed.repo, parsed.revision, signal);
    commits.set(key, commit);
    return commit;
  }

  async function externalsOfHf(parsed: HfRef, record: FileRecord, options: RemoteOptions): Promise<void> {
    const prefix = parsed.ref.slice(0, -parsed.file.length);
    for (const location of record.external) {
      requireInside(parsed.ref, location);
      const beside = parseModelRef(prefix + posix.join(posix.dirname(parsed.file), location)) as HfRef;
      try {
        await getHf(beside, options);
      } catch (error) {
        if (!isSvError(error) || error.code !== 'SV_MODEL_NOT_FOUND') throw error;
        throw new SvError(
          'SV_MODEL_FOLDER',
          `\`${parsed.ref}\` keeps its weights in \`${location}\`, which the repository lacks.`,
          {
            fix: 'Choose another file of the repository, or another revision.',
            cause: error,
          },
        );
      }
    }
  }

  async function getHttps(parsed: HttpsRef, options: RemoteOptions): Promise<ModelFile> {
    const { path, record } = await fetchHttps(parsed, options);
    await ctx.lock.add(parsed.ref, { sha256: record.sha256, bytes: record.bytes });
    seen.set(address(parsed.url), parsed);
    for (const location of record.external) {
      requireInside(parsed.ref, location);
      const url = new URL(location.split('/').map(encodeURIComponent).join('/'), parsed.url);
      const beside = await findSeen(parsed, url, location);
      const source = await getHttps(beside, options);
      await placeCopy(
        ctx,
        source.path,
        { path: join(dirname(path), location), source: keptRef(beside.ref) },
        source.sha256,
      );
    }
    return { ref: keptRef(parsed.ref), path, sha256: record.sha256, bytes: record.bytes };
  }

  async function fetchHttps(parsed: HttpsRef, options: RemoteOptions, replace: Partial<typeof REPLACE> = {}) {
    const label = withoutQuery(parsed.ref);
    const path = pathInCache(ctx.folder, parsed);
    const record = await fetchFile(
      ctx,
      {
        label,
        source: keptRef(parsed.ref),
        path,
        pinned: { sha256: parsed.sha256, by: 'the reference' },
        locate: async () => ({
          url: parsed.url,
          asked: { label: withoutQuery(parsed.url.href), origin: parsed.url.origin, tokenGiven: false },
          expected: { sha256: parsed.sha256 },
        }),
      },
      { signal: options.signal, onProgress: options.onProgress?.(keptRef(parsed.ref)), ...replace },
    );
    return { path, record };
  }

  /** A hash cannot be guessed: the external data of a URL needs a reference of its own. */
  async function findSeen(graph: HttpsRef, url: URL, location: string): Promise<HttpsRef> {
    const pinned = Object.keys(await ctx.lock.read()).map(parseModelRef);
    const found =
      seen.get(address(url)) ??
      pinned.find((ref): ref is HttpsRef => ref.kind === 'https' && address(ref.url) === address(url));
    if (found) return found;
    throw new SvError(
      'SV_MODEL_FOLDER',
      `\`${withoutQuery(graph.ref)}\` keeps its weights in \`${location}\`, of which no hash is known.`,
      { fix: `Run \`sv models pull '${withoutQuery(url.href)}#sha256-<hex>'\` first.` },
    );
  }

  return {
    getHf,
    getHttps,
    /** Downloads a pinned reference again, puts it in place of what is there, and leaves the lock file alone. */
    async restore(source: string, options: RemoteOptions): Promise<void> {
      const parsed = parseModelRef(source);
      if (parsed.kind === 'hf') await fetchHf(parsed, parsed.revision, undefined, options, REPLACE);
      if (parsed.kind === 'https') await fetchHttps(parsed, options, REPLACE);
    },
    forgetCommits: () => commits.clear(),
  };
}

/** Without the query, which is not kept. */
const address = (url: URL): string => url.origin + url.pathname;

function requireInside(ref: ModelRef, location: string): void {
  const path = posix.normalize(location.replaceAll('\\', '/'));
  if (path !== '..' && !path.startsWith('../') && !posix.isAbsolute(path) && !/^[a-z]:/i.test(path)) return;
  throw new SvError(
    'SV_MODEL_FOLDER',
    `\`${withoutQuery(ref)}\` keeps its weights in \`${location}\`, outside of its folder.`,
    {
      fix: 'Do not use this file: a graph must not name paths on your disk.',
    },
  );
}
