import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const REPO = 'acme/tiny';
export const COMMIT_A = 'a'.repeat(40);
export const COMMIT_B = 'b'.repeat(40);

export const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');
const gitOid = (bytes: Buffer) => createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');

const SURPLUS = Buffer.alloc(1 << 20);

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly status: number | undefined;
}

/** How the storage behaves; tests change it while the server runs. */
export interface Behaviour {
  /** Breaks the connection after so many bytes of an answer, as often as there are entries. */
  cuts: number[];
  /** Answers these before anything else, one each. */
  statuses: number[];
  ranges: boolean;
  etag: 'strong' | 'weak' | 'none';
  /** Sends in pieces with a pause. */
  pace?: { readonly bytes: number; readonly ms: number };
  /** Sends other bytes than promised. */
  corrupt: boolean;
  /** Sends no content-length. */
  chunked: boolean;
  /** Goes on with so many bytes after the content; needs `chunked`. */
  surplus?: number;
  gated?: 'no-token' | 'no-access';
  /** Sends files from another origin, as the hub does with large ones. */
  storage?: string;
}

/**
 * The parts of the Hugging Face hub that the store talks to, over files in memory: revision, paths-info, resolve
 * with its redirect and headers; plus plain files under `/plain/`.
 */
export async function startHub(files: Record<string, Buffer>, branches: Record<string, string> = { main: COMMIT_A }) {
  const seen: Seen[] = [];
  const behaviour: Behaviour = { cuts: [], statuses: [], ranges: true, etag: 'strong', corrupt: false, chunked: false };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = request.url ?? '';
    seen.push({
      method: request.method ?? '',
      url,
      headers: request.headers,
      get status() {
        return response.headersSent ? response.statusCode : undefined;
      },
    });
    const status = behaviour.statuses.shift();
    if (status) return void response.writeHead(status, { 'retry-after': '0' }).end('busy');

    const revision = new RegExp(`^/api/models/${REPO}/revision/([^?]+)`).exec(url);
    if (revision) {
      const sha = branches[decodeURIComponent(revision[1] ?? '')];
      if (!sha) return void response.writeHead(404, { 'x-error-code': 'RevisionNotFound' }).end();
      return json(response, { _id: 'x', id: REPO, sha, lastModified: '2026-01-01T00:00:00Z' });
    }
    const pathsInfo = new RegExp(`^/api/models/${REPO}/paths-info/([^?]+)`).exec(url);
    if (pathsInfo) {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { paths } = JSON.parse(Buffer.concat(chunks).toString()) as { paths: string[] };
      return json(response, paths.flatMap(describe));
    }
    const resolve = new RegExp(`^/${REPO}/resolve/([0-9a-f]{40})/(.+)$`).exec(url);
    if (resolve) {
      const [, , file = ''] = resolve;
      const gated =
        behaviour.gated === 'no-access' || (behaviour.gated === 'no-token' && !request.headers.authorization);
      if (gated)
        return void response
          .writeHead(behaviour.gated === 'no-token' ? 401 : 403, { 'x-error-code': 'GatedRepo' })
          .end();
      if (behaviour.storage)
        return void response.writeHead(302, { location: `${behaviour.storage}/plain/${file}` }).end();
      return send(file, request, response);
    }
    if (url.startsWith('/plain/')) return send(decodeURIComponent(url.slice(7).replace(/\?.*/, '')), request, response);
    response
      .writeHead(url.startsWith('/api/') ? 401 : 404, url.startsWith('/api/') ? { 'x-error-code': 'RepoNotFound' } : {})
      .end();
  }

  function describe(path: string) {
    const bytes = files[path];
    if (!bytes) return [];
    // As on the hub: weights are in large file storage, small text is not.
    const lfs = path.endsWith('.json') ? {} : { lfs: { oid: sha256(bytes), size: bytes.length, pointerSize: 130 } };
    return [{ type: 'file', path, size: bytes.length, oid: gitOid(bytes), ...lfs }];
  }

  async function send(file: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const content = files[file];
    if (!content) return void response.writeHead(404, { 'x-error-code': 'EntryNotFound' }).end();
    const bytes = behaviour.corrupt ? Buffer.alloc(content.length, 7) : content;
    const etag =
      behaviour.etag === 'none'
        ? undefined
        : `${behaviour.etag === 'weak' ? 'W/' : ''}"${sha256(content).slice(0, 16)}"`;
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const ifRange = request.headers['if-range'];
    const partial = behaviour.ranges && from > 0 && (ifRange === undefined || ifRange === etag);
    if (partial && from >= bytes.length) {
      return void response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
    }
    const body = partial ? bytes.subarray(from) : bytes;
    response.writeHead(partial ? 206 : 200, {
      ...(behaviour.chunked ? {} : { 'content-length': body.length }),
      ...(etag ? { etag } : {}),
      ...(partial ? { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {}),
    });
    const cut = behaviour.cuts.shift();
    const end = cut === undefined ? body.length : Math.min(cut, body.length);
    const step = behaviour.pace?.bytes ?? 64 * 1024;
    for (let at = 0; at < end && !response.destroyed; at += step) {
      await new Promise((done) => response.write(body.subarray(at, Math.min(at + step, end)), done));
      if (behaviour.pace) await new Promise((done) => setTimeout(done, behaviour.pace?.ms));
    }
    for (let more = behaviour.surplus ?? 0; more > 0 && !response.destroyed; more -= SURPLUS.length) {
      await new Promise((done) => response.write(SURPLUS, done));
    }
    if (cut === undefined) response.end();
    else setTimeout(() => response.destroy(), 30);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error) => response.destroy(error));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  return {
    origin,
    files,
    branches,
    seen,
    behaviour,
    /** Requests for contents. */
    downloads: () => seen.filter(({ url }) => url.includes('/plain/') || url.includes('/resolve/')),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function json(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

/** Bytes that differ everywhere, so that a misplaced range is noticed. */
export function content(length: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0, state = seed; at < length; at++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[at] = state >>> 16;
  }
  return bytes;
}
