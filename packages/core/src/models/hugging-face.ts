import { SvError } from '../errors/sv-error.js';
import type { Logger } from '../types/log.js';
import { type Asked, refused } from './answers.js';
import type { Expected } from './hash.js';
import type { Http } from './http.js';
import { withRetries } from './retry.js';

export interface HuggingFaceOptions {
  readonly http: Http;
  readonly endpoint: URL;
  readonly tokenGiven: boolean;
  readonly retries: number;
  readonly backoffMs: number;
  /** A question that gets no answer for so long is asked again. */
  readonly timeoutMs: number;
  readonly log: Logger;
}

export type HuggingFace = ReturnType<typeof createHuggingFace>;

/** What the hub says of repositories. The client package asks; we send, so that the token and the errors are ours. */
export function createHuggingFace({ http, endpoint, tokenGiven, timeoutMs, ...retry }: HuggingFaceOptions) {
  const base = endpoint.href.replace(/\/$/, '');

  const asked = (repo: string, label: string): Asked => ({
    label,
    licencePage: `${base}/${repo}`,
    origin: endpoint.origin,
    tokenGiven,
  });

  /** A `fetch` for the client package that throws our errors. */
  function fetchFor(about: Asked, signal: AbortSignal | undefined): typeof fetch {
    return async (input, init) => {
      const response = await http(new URL(String(input)), {
        ...(init?.method ? { method: init.method } : {}),
        headers: Object.fromEntries(new Headers(init?.headers)),
        ...(typeof init?.body === 'string' ? { body: init.body } : {}),
        signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])]),
      });
      if (!response.ok) throw await refused(response, about);
      return response;
    };
  }

  /** The commit that a branch or a tag stands for now. */
  async function commitOf(repo: string, revision: string, signal?: AbortSignal): Promise<string> {
    const about = asked(repo, `${repo}@${revision}`);
    const { modelInfo } = await import('@huggingface/hub');
    const { sha } = await withRetries({ ...retry, asked: about, signal }, () =>
      modelInfo({ name: repo, revision, additionalFields: ['sha'], hubUrl: base, fetch: fetchFor(about, signal) }),
    );
    if (/^[0-9a-f]{40}$/.test(sha)) return sha;
    throw new SvError('SV_MODEL_NOT_FOUND', `${base} names no commit for ${about.label}.`, {
      fix: `Write a commit from ${about.licencePage}/commits in place of the branch.`,
    });
  }

  /** Size and hash of a file, as the hub knows them. */
  async function fileInfo(
    repo: string,
    commit: string,
    file: string,
    signal?: AbortSignal,
  ): Promise<Expected & { bytes: number }> {
    const about = asked(repo, `${repo}@${commit.slice(0, 8)}/${file}`);
    const { pathsInfo } = await import('@huggingface/hub');
    const entries = await withRetries({ ...retry, asked: about, signal }, () =>
      pathsInfo({ repo, revision: commit, paths: [file], hubUrl: base, fetch: fetchFor(about, signal) }),
    );
    const found = entries.find((entry) => entry.path === file);
    if (found?.type !== 'file') {
      throw new SvError('SV_MODEL_NOT_FOUND', `${repo} has no file ${file} at revision ${commit.slice(0, 8)}.`, {
        fix: found ? 'That is a folder: name a file in it.' : `Its files are listed at ${base}/${repo}/tree/${commit}.`,
      });
    }
    return found.lfs
      ? { sha256: found.lfs.oid.replace(/^sha256:/, ''), bytes: found.lfs.size }
      : { gitOid: found.oid, bytes: found.size };
  }

  const fileUrl = (repo: string, commit: string, file: string): URL =>
    new URL(`${base}/${repo}/resolve/${commit}/${file.split('/').map(encodeURIComponent).join('/')}`);

  return { asked, commitOf, fileInfo, fileUrl };
}
