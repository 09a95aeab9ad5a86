import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { SvError } from '@streetvision/core';
import { withTries } from '../tries.js';
import type { Guard } from './guard.js';
import { looksLikePicture } from './sniff.js';

export interface FetchOptions {
  readonly guard: Guard;
  readonly signal: AbortSignal;
  /** @default 20_000_000 */
  readonly maxBytes?: number | undefined;
  /** For one try, redirects included. @default 30_000 */
  readonly timeoutMs?: number | undefined;
  /** Tries after the first one. @default 3 */
  readonly retries?: number | undefined;
  /** Pause before the first of them; doubles each time. @default 500 */
  readonly backoffMs?: number | undefined;
}

const MAX_REDIRECTS = 5;

/** Downloads one picture; what it is called and said to be does not matter, its first bytes do. Throws `SV_DATA_SOURCE`. */
export async function fetchPicture(start: URL, options: FetchOptions): Promise<Uint8Array> {
  const { signal, retries = 3, backoffMs = 500, timeoutMs = 30_000 } = options;
  const failure = (error: unknown, tries: number) => broken(start, error, tries);
  return withTries({ signal, timeoutMs, retries, backoffMs, failure }, (until) => attempt(start, options, until));
}

async function attempt(start: URL, options: FetchOptions, signal: AbortSignal): Promise<Uint8Array> {
  let url = start;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    options.guard.check(url);
    // A name and password in the address are for that server alone.
    const secret = url.origin === start.origin ? credentialsOf(start) : undefined;
    const response = await send(url, options.guard, secret, signal);
    const { statusCode: status = 0, headers } = response;
    if ([301, 302, 303, 307, 308].includes(status) && headers.location) {
      response.destroy();
      if (!URL.canParse(headers.location, url.href)) {
        throw new SvError('SV_DATA_SOURCE', `${labelOf(url)} redirects to no address.`);
      }
      const next = new URL(headers.location, url);
      if (url.protocol === 'https:' && next.protocol === 'http:') {
        throw new SvError('SV_DATA_SOURCE', `${labelOf(url)} redirects from https to http.`);
      }
      url = next;
      continue;
    }
    if (status !== 200) {
      response.destroy();
      const passing = [408, 425, 429].includes(status) || status >= 500;
      throw new SvError('SV_DATA_SOURCE', `The server answered ${status} for ${labelOf(start)}.`, {
        ...(passing ? { retryAfterMs: retryAfter(headers['retry-after']) } : {}),
      });
    }
    return readBody(response, start, options.maxBytes ?? 20_000_000);
  }
  throw new SvError('SV_DATA_SOURCE', `${labelOf(start)} redirects more than ${MAX_REDIRECTS} times.`);
}

function send(url: URL, guard: Guard, secret: string | undefined, signal: AbortSignal): Promise<IncomingMessage> {
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        ...{ protocol: url.protocol, hostname: url.hostname.replace(/^\[|\]$/g, ''), path: url.pathname + url.search },
        ...(url.port === '' ? {} : { port: Number(url.port) }),
        headers: {
          host: url.host,
          accept: 'image/*',
          // What is compressed on the way could grow without limit here.
          'accept-encoding': 'identity',
          'user-agent': 'streetvision',
          ...(secret === undefined ? {} : { authorization: `Basic ${secret}` }),
        },
        // A connection of its own: one that is shared may have been opened under another rule.
        agent: false,
        lookup: guard.lookup(url),
        signal,
      },
      resolve,
    );
    sent.once('error', reject);
    sent.end();
  });
}

async function readBody(response: IncomingMessage, url: URL, maxBytes: number): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  let held = 0;
  const tooMuch = () =>
    new SvError('SV_IMAGE_TOO_LARGE', `${labelOf(url)} has more than ${maxBytes} bytes.`, {
      fix: 'Raise the limit with `?maxBytes=`, or leave it out.',
    });
  const encoding = response.headers['content-encoding'] ?? 'identity';
  try {
    if (encoding !== 'identity') {
      throw new SvError(
        'SV_DATA_SOURCE',
        `${labelOf(url)} came with the encoding ${JSON.stringify(encoding)}, which was not asked for.`,
      );
    }
    if (Number(response.headers['content-length'] ?? 0) > maxBytes) throw tooMuch();
    for await (const chunk of response as AsyncIterable<Buffer>) {
      parts.push(chunk);
      held += chunk.length;
      if (held > maxBytes) throw tooMuch();
    }
  } finally {
    response.destroy();
  }
  const bytes = new Uint8Array(Buffer.concat(parts));
  if (!looksLikePicture(bytes)) throw new SvError('SV_IMAGE_FORMAT', `What ${labelOf(url)} gave is no picture.`);
  return bytes;
}

/** An address as it may be shown: what stands in the query or before the host can be a secret. */
export function labelOf(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}

function credentialsOf({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined;
  return Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
}

function retryAfter(value: string | undefined): number {
  const ms = /^\d+$/.test(value ?? '') ? Number(value) * 1000 : 0;
  return Math.min(ms, 60_000);
}

function broken(url: URL, error: unknown, tries: number): SvError {
  const reason = error instanceof Error ? error.message.replace(/\.$/, '') : String(error);
  return new SvError('SV_DATA_SOURCE', `${labelOf(url)} could not be read in ${tries} tries: ${reason}.`, {
    cause: error,
  });
}
