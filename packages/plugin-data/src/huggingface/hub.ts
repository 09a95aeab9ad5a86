import { SvError } from '@streetvision/core';
import type { About, HubHttp } from './http.js';
import { withSlash } from './http.js';

/** A file of a dataset, as the hub lists it. */
export interface HubFile {
  readonly path: string;
  readonly bytes: number;
}

/** A dataset at one commit. */
export interface Snapshot {
  /** 40 hex digits. */
  readonly commit: string;
  /** Its parquet files, by path. */
  readonly files: readonly HubFile[];
}

/** Asks what a revision stands for now, and which parquet files it has. Throws `SV_DATA_*`. */
export async function readSnapshot(http: HubHttp, endpoint: URL, repo: string, revision: string): Promise<Snapshot> {
  const { datasetInfo, listFiles } = await import('@huggingface/hub');
  const about: About = { label: `the dataset ${repo}@${revision}`, repo };
  const hubUrl = withSlash(endpoint).href.slice(0, -1);
  const fetch = fetchOver(http, about);
  const { sha } = await datasetInfo({ name: repo, revision, additionalFields: ['sha'], hubUrl, fetch });
  if (!/^[0-9a-f]{40}$/.test(sha ?? '')) {
    throw new SvError('SV_DATA_SOURCE', `${endpoint.origin} names no commit for ${about.label}.`, {
      fix: 'Write a commit in place of the branch.',
    });
  }
  const files: HubFile[] = [];
  const listing = listFiles({ repo: { type: 'dataset', name: repo }, recursive: true, revision: sha, hubUrl, fetch });
  for await (const { type, path, size, lfs } of listing) {
    if (type === 'file' && path.endsWith('.parquet')) files.push({ path, bytes: lfs?.size ?? size });
  }
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { commit: sha, files };
}

export const fileUrl = (endpoint: URL, repo: string, commit: string, path: string): URL =>
  new URL(
    `datasets/${repo}/resolve/${commit}/${path.split('/').map(encodeURIComponent).join('/')}`,
    withSlash(endpoint),
  );

/** A `fetch` for the client package; we send, so that token, redirects and errors are ours. */
function fetchOver(http: HubHttp, about: About): typeof fetch {
  return async (input, init) => {
    const headers = Object.fromEntries(new Headers(init?.headers));
    return http(
      new URL(String(input)),
      about,
      // Read here, so that a connection that breaks in the middle is tried again too.
      async (response) => new Response(await response.arrayBuffer(), { headers: response.headers }),
      headers,
    );
  };
}
