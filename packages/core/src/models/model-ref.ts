import { SvError } from '../errors/sv-error.js';
import type { ModelRef } from '../types/model.js';
import { isLoopback } from './http.js';

/** What a model reference says. */
export type ParsedModelRef = HfRef | HttpsRef | NpmRef | FileRef;

export interface HfRef {
  readonly kind: 'hf';
  readonly ref: ModelRef;
  /** `org/name`. */
  readonly repo: string;
  /** A commit, a branch or a tag. */
  readonly revision: string;
  /** Path inside the repository. */
  readonly file: string;
}

export interface HttpsRef {
  readonly kind: 'https';
  readonly ref: ModelRef;
  /** Without the hash. */
  readonly url: URL;
  /** Hex, lower case. */
  readonly sha256: string;
  /** Last segment of the path. */
  readonly file: string;
}

export interface NpmRef {
  readonly kind: 'npm';
  readonly ref: ModelRef;
  readonly package: string;
  /** Path inside the package. */
  readonly file: string;
}

export interface FileRef {
  readonly kind: 'file';
  readonly ref: ModelRef;
  /** As written: relative to the config's folder, absolute, or a `file://` URL. */
  readonly path: string;
}

const FORMS =
  'Write `hf:org/name@revision/file`, `https://host/file#sha256-<64 hex digits>`, `npm:package/file` or `file:path`.';

const UNSAFE_NAME = /[<>:"|?*/]/g;

/** Whether a revision is a commit, which never moves. */
export const isCommit = (revision: string): boolean => /^[0-9a-f]{40}$/.test(revision);

/**
 * Takes a model reference apart.
 *
 * - `hf:org/name@revision/file`: the revision is required; a slash in it is written `%2F` (`refs%2Fpr%2F1`).
 * - `https://host/file#sha256-<hex>`: the hash is required; `http:` is taken for loopback hosts only.
 * - `npm:package/file`, `npm:@scope/package/file`.
 * - `file:path`: relative to the config's folder, or absolute.
 *
 * @throws SV_MODEL_REF
 * @example
 * parseModelRef('hf:onnx-community/dinov2-small@main/onnx/model.onnx');
 * // { kind: 'hf', repo: 'onnx-community/dinov2-small', revision: 'main', file: 'onnx/model.onnx', … }
 */
export function parseModelRef(ref: string): ParsedModelRef {
  if (typeof ref !== 'string') throw malformed(String(ref), 'is not a string');
  if (ref.startsWith('hf:')) return parseHf(ref as ModelRef);
  if (/^https?:/.test(ref)) return parseHttps(ref as ModelRef);
  if (ref.startsWith('npm:')) return parseNpm(ref as ModelRef);
  if (ref.startsWith('file:')) return parseFile(ref as ModelRef);
  throw malformed(ref, 'has not one of the forms hf:, https:, npm:, file:');
}

function parseHf(ref: ModelRef): HfRef {
  const match = /^hf:([\w.-]+\/[\w.-]+)@([^/@]+)\/(.+)$/.exec(ref);
  if (!match) {
    throw malformed(ref, /@[^/]+/.test(ref) ? 'is not `hf:org/name@revision/file`' : 'names no revision');
  }
  const [, repo = '', revision = '', file = ''] = match;
  if (repo.split('/').some(isDots)) throw malformed(ref, 'has a `.` or `..` in the place of a name');
  return { kind: 'hf', ref, repo, revision: decode(ref, revision), file: insidePath(ref, file) };
}

function parseHttps(ref: ModelRef): HttpsRef {
  const url = URL.canParse(ref) ? new URL(ref) : undefined;
  if (!url) throw malformed(ref, 'is not a URL');
  // The message must not repeat the password.
  if (url.username || url.password)
    throw malformed(`${url.protocol}//…@${url.host}`, 'carries a user name or password');
  if (url.protocol === 'http:' && !isLoopback(url)) throw malformed(ref, 'is not encrypted: only https is taken');
  if (/^\.|\.\.|^$/.test(url.hostname)) throw malformed(ref, 'names no host');
  const sha256 = /^#sha256-([0-9a-f]{64})$/i.exec(url.hash)?.[1]?.toLowerCase();
  if (!sha256) throw malformed(ref, url.hash ? 'has no sha256 of 64 hex digits after #' : 'has no #sha256-…');
  url.hash = '';
  const file = decode(ref, url.pathname.split('/').at(-1) ?? '').replace(UNSAFE_NAME, '_');
  if (!file || isDots(file)) throw malformed(ref, 'names no file');
  return { kind: 'https', ref, url, sha256, file: insidePath(ref, file) };
}

function parseNpm(ref: ModelRef): NpmRef {
  const match = /^npm:((?:@[\w.~-]+\/)?[\w~-][\w.~-]*)\/(.+)$/.exec(ref);
  if (!match) throw malformed(ref, 'is not `npm:package/file`');
  const [, name = '', file = ''] = match;
  if (name.split('/').some((part) => isDots(part.replace(/^@/, '')))) {
    throw malformed(ref, 'has a `.` or `..` in the place of a name');
  }
  return { kind: 'npm', ref, package: name, file: insidePath(ref, file) };
}

function parseFile(ref: ModelRef): FileRef {
  const path = ref.slice('file:'.length);
  if (!path || path.includes('\0')) throw malformed(ref, 'names no file');
  return { kind: 'file', ref, path };
}

/** A name that a file system takes for a folder. */
const isDots = (part: string): boolean => part === '.' || part === '..';

/** A path that stays in its folder on every file system. */
function insidePath(ref: string, path: string): string {
  const parts = path.split('/');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  const bad = parts.some((part) => part === '' || isDots(part) || /[\\\x00-\x1f]/.test(part));
  if (bad) throw malformed(ref, 'has a file path with an empty, `.` or `..` part, or a backslash');
  return path;
}

function decode(ref: string, text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw malformed(ref, 'has a broken % escape', cause);
  }
}

function malformed(ref: string, why: string, cause?: unknown): SvError {
  return new SvError('SV_MODEL_REF', `The model reference \`${withoutQuery(ref)}\` ${why}.`, {
    fix: FORMS,
    ...(cause === undefined ? {} : { cause }),
  });
}

/**
 * As it is kept and shown: a query may hold a signature, and the hash names the content without it.
 * Other references stay as they are.
 */
export function keptRef(ref: ModelRef): ModelRef {
  return (/^https?:/.test(ref) ? ref.replace(/\?[^#]*/, '') : ref) as ModelRef;
}

/** For messages and logs: a query may hold a signature. */
export function withoutQuery(ref: string): string {
  return /^https?:/.test(ref) ? ref.replace(/\?[^#]*/, '?…') : ref;
}
