import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { z } from 'zod';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly bytes: Buffer;
  /** Checks the body strictly; what is wrong with it is kept for the test, and answered with 422. */
  body<T>(schema: z.ZodType<T>): T;
}

export interface Reply {
  readonly status?: number;
  readonly json?: unknown;
  readonly bytes?: Uint8Array;
  readonly type?: string;
}

/** A server that answers by a function and keeps whatever a request had wrong. */
export async function strictServer(answer: (asked: Asked) => Promise<Reply> | Reply) {
  const wrong: string[] = [];
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '', 'http://local');
    asked.push(`${request.method} ${url.pathname}`);
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const bytes = Buffer.concat(parts);
    try {
      const reply = await answer({
        method: request.method ?? '',
        path: url.pathname,
        query: url.searchParams,
        headers: request.headers,
        bytes,
        body(schema) {
          if (request.headers['content-type'] !== 'application/json') throw new Error('no JSON');
          return schema.parse(JSON.parse(bytes.toString()));
        },
      });
      const { status = 200, json, bytes: body, type = body ? 'image/png' : 'application/json' } = reply;
      response.writeHead(status, { 'content-type': type }).end(body ?? JSON.stringify(json ?? {}));
    } catch (error) {
      wrong.push(`${request.method} ${request.url}: ${(error as Error).message}`);
      response.writeHead(422).end('wrong request');
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    wrong,
    asked,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
