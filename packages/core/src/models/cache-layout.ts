import { isAbsolute, join, relative, sep } from 'node:path';
import { SvError } from '../errors/sv-error.js';
import { type Pins, pinnedRevision } from './lock-file.js';
import { type HfRef, type HttpsRef, isCommit, type ParsedModelRef } from './model-ref.js';

/**
 * `<cache>/models/hf/<org>/<name>/<commit>/<file>` and `<cache>/models/https/<host>/<sha256, 16 digits>/<file>`.
 * Names stay as they are: a graph finds its external data by name, in its own folder.
 * @throws SV_MODEL_REF where that is not inside `folder`, whatever the reference managed to say
 */
export function pathInCache(folder: string, ref: HttpsRef | (HfRef & { readonly commit: string })): string {
  const parts =
    ref.kind === 'hf'
      ? ['hf', ...ref.repo.split('/'), ref.commit, ...ref.file.split('/')]
      : ['https', ref.url.host.replace(/[:[\]]/g, '_'), ref.sha256.slice(0, 16), ref.file];
  const path = join(folder, ...parts);
  if (isInside(folder, path) && !parts.some((part) => /^\.{0,2}$/.test(part))) return path;
  throw new SvError('SV_MODEL_REF', 'The model reference leads out of the cache folder.', {
    fix: 'Do not use it: it names paths on your disk.',
  });
}

/** Whether a path lies below a folder. */
export function isInside(folder: string, path: string): boolean {
  const relation = relative(folder, path);
  return relation !== '' && relation !== '..' && !relation.startsWith(`..${sep}`) && !isAbsolute(relation);
}

/** Where a pinned reference lies in the cache; undefined for references that are never downloaded. */
export function pinnedPath(folder: string, ref: ParsedModelRef, pins: Pins): string | undefined {
  if (ref.kind === 'https') return pathInCache(folder, ref);
  if (ref.kind !== 'hf') return undefined;
  const commit = isCommit(ref.revision) ? ref.revision : pinnedRevision(pins, ref.ref);
  return commit ? pathInCache(folder, { ...ref, commit }) : undefined;
}
