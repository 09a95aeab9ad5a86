import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const COMMIT = 'c'.repeat(40);
export const NEXT_COMMIT = 'd'.repeat(40);

export interface Hub {
  readonly endpoint: string;
  /** What was asked that the hub does not know: a test checks that it stays empty. */
  readonly wrong: string[];
  readonly requests: string[];
  /** Bytes of files that were sent. */
  sent: number;
  /** Commit that `main` stands for. */
  commit: string;
  /** Answers with these before anything else. */
  readonly statuses: number[];
  /** Ends so many answers after a few bytes. */
  cuts: number;
  ranges: boolean;
  close(): Promise<void>;
}

/**
 * What the reader asks of the Hugging Face hub, over files in memory: revision, tree in pages, resolve with its
 * redirect to a signed address on another origin, and ranges there. The storage takes no token.
 */
export async function startHub(
  repo: string,
  files: Readonly<Record<string, Uint8Array>>,
  token?: string,
): Promise<Hub> {
  const [hub, storage] = [createServer(), createServer()];
  const state = {
    wrong: [] as string[],
    requests: [] as string[],
    sent: 0,
    commit: COMMIT,
    statuses: [] as number[],
    cuts: 0,
    ranges: true,
  };
  const paths = Object.keys(files).sort();
  for (const server of [hub, storage]) server.listen(0, '127.0.0.1');
  await Promise.all([once(hub, 'listening'), once(storage, 'listening')]);
  const endpoint = `http://127.0.0.1:${(hub.address() as AddressInfo).port}`;
  const store = `http://127.0.0.1:${(storage.address() as AddressInfo).port}`;

  const refuse = (request: IncomingMessage, response: ServerResponse, what: string) => {
    state.wrong.push(`${what}: ${request.method} ${request.url}`);
    response.writeHead(400).end(what);
  };
  const json = (response: ServerResponse, value: unknown, headers = {}) =>
    response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));

  hub.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '', endpoint);
    state.requests.push(url.pathname);
    const status = state.statuses.shift();
    if (status) return response.writeHead(status).end();
    if (request.method !== 'GET') return refuse(request, response, 'method');
    if (token && request.headers.authorization !== `Bearer ${token}`) return response.writeHead(401).end();
    const api = `/api/datasets/${repo}`;
    if (url.pathname === `${api}/revision/main`) {
      return json(response, {
        _id: '1',
        id: repo,
        sha: state.commit,
        private: false,
        lastModified: '2025-01-01T00:00:00Z',
      });
    }
    if (url.pathname === `${api}/tree/${state.commit}`) {
      if (url.searchParams.get('recursive') !== 'true') return refuse(request, response, 'not recursive');
      const from = Number(url.searchParams.get('cursor') ?? 0);
      // Two entries a page, as if there were a thousand.
      const page = paths.slice(from, from + 2).map((path) => {
        const size = (files[path] as Uint8Array).length;
        return {
          type: 'file',
          path,
          oid: 'e'.repeat(40),
          size: 130,
          lfs: { oid: 'f'.repeat(64), size, pointerSize: 130 },
        };
      });
      const next = `${endpoint}${api}/tree/${state.commit}?recursive=true&expand=false&cursor=${from + 2}`;
      return json(response, page, from + 2 < paths.length ? { link: `<${next}>; rel="next"` } : {});
    }
    const [, path] = /^\/datasets\/[^/]+\/[^/]+\/resolve\/[0-9a-f]{40}\/(.+)$/.exec(url.pathname) ?? [];
    if (path && url.pathname.includes(`/${repo}/resolve/${state.commit}/`) && files[decodeURIComponent(path)]) {
      return response.writeHead(302, { location: `${store}/${path}?X-Signature=s3cret` }).end();
    }
    response.writeHead(404).end();
  });

  storage.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '', store);
    const bytes = files[decodeURIComponent(url.pathname.slice(1))];
    if (request.headers.authorization) return refuse(request, response, 'token at the storage');
    if (url.searchParams.get('X-Signature') !== 's3cret') return refuse(request, response, 'no signature');
    if (!bytes) return response.writeHead(404).end();
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
    if (!range) return refuse(request, response, 'no range');
    if (!state.ranges) return response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
    const [start, end] = [Number(range[1]), Number(range[2])];
    if (start > end || end >= bytes.length) return refuse(request, response, 'range beyond the file');
    const part = bytes.subarray(start, end + 1);
    response.writeHead(206, {
      'content-range': `bytes ${start}-${end}/${bytes.length}`,
      'content-length': part.length,
    });
    if (state.cuts > 0) {
      state.cuts--;
      response.write(part.subarray(0, 3), () => response.destroy());
      return;
    }
    state.sent += part.length;
    response.end(part);
  });

  return Object.assign(state, {
    endpoint,
    async close() {
      for (const server of [hub, storage]) {
        server.closeAllConnections();
        server.close();
      }
      await Promise.all([once(hub, 'close'), once(storage, 'close')]);
    },
  });
}
