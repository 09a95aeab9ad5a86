import { join } from 'node:path';
import { type Pins, pinnedRevision } from './lock-file.js';
import { type HfRef, type HttpsRef, isCommit, type ParsedModelRef } from './model-ref.js';

/**
 * `<cache>/models/hf/<org>/<name>/<commit>/<file>` and `<cache>/models/https/<host>/<sha256, 16 digits>/<file>`.
 * Names stay as they are: a graph finds its external data by name, in its own folder.
 */
export function pathInCache(folder: string, ref: HttpsRef | (HfRef & { readonly commit: string })): string {
  return ref.kind === 'hf'
    ? join(folder, 'hf', ...ref.repo.split('/'), ref.commit, ...ref.file.split('/'))
    : join(folder, 'https', ref.url.host.replace(/[:[\]]/g, '_'), ref.sha256.slice(0, 16), ref.file);
}

/** Where a pinned reference lies in the cache; undefined for references that are never downloaded. */
export function pinnedPath(folder: string, ref: ParsedModelRef, pins: Pins): string | undefined {
  if (ref.kind === 'https') return pathInCache(folder, ref);
  if (ref.kind !== 'hf') return undefined;
  const commit = isCommit(ref.revision) ? ref.revision : pinnedRevision(pins, ref.ref);
  return commit ? pathInCache(folder, { ...ref, commit }) : undefined;
}
