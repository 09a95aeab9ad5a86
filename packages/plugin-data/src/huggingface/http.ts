import { isIP } from 'node:net';
import { isSvError, SvError } from '@streetvision/core';
import { withTries } from '../tries.js';
import { createGuard, type Guard, type Resolve } from '../urls/guard.js';

export interface HubHttpOptions {
  /** Of the hub or a mirror of it. */
  readonly endpoint: URL;
  /** @default none; it goes to the endpoint's origin and nowhere else */
  readonly token: string | undefined;
  readonly offline: boolean;
  readonly signal: AbortSignal;
  /** Tries after the first one. @default 4 */
  readonly retries?: number;
  /** Pause before the first of them; doubles each time. @default 500 */
  readonly backoffMs?: number;
  /** A request that is not through after so long is given up. @default 120_000 */
  readonly timeoutMs?: number;
  readonly fetch?: typeof fetch;
  /** Asks for the addresses of a name, for the check of redirects. */
  readonly resolve?: Resolve;
}

/** What a request is about, for the message. */
export interface About {
  readonly label: string;
  /** `org/name` */
  readonly repo: string;
}

/** Asks, follows redirects, tries again what may pass, and gives what `read` makes of a good answer. */
export type HubHttp = <T>(
  url: URL,
  about: About,
  read: (response: Response) => Promise<T>,
  headers?: Readonly<Record<string, string>>,
) => Promise<T>;

const MAX_REDIRECTS = 5;

/** Throws `SV_DATA_SOURCE` where the endpoint is not encrypted or the token cannot be sent. */
export function createHubHttp(options: HubHttpOptions): HubHttp {
  const { endpoint, token, offline, signal, retries = 4, backoffMs = 500, timeoutMs = 120_000 } = options;
  const send = options.fetch ?? fetch;
  const guard = createGuard(options.resolve === undefined ? {} : { resolve: options.resolve });
  // A mirror within a network may lead to its neighbours; the hub itself has no business there.
  let isPublic: Promise<boolean> | undefined;
  const checkHop = async (url: URL) => {
    if (url.origin === endpoint.origin) return;
    isPublic ??= objectionTo(guard, endpoint).then((error) => !isSvError(error));
    if (!(await isPublic)) return;
    const error = await objectionTo(guard, url);
    if (isSvError(error)) {
      throw new SvError(
        'SV_DATA_SOURCE',
        `${endpoint.origin} redirected to ${url.host}, which is not on the public internet.`,
        {
          fix: 'Check HF_ENDPOINT and the name server of this network.',
          cause: error,
        },
      );
    }
  };
  if (!isSafe(endpoint)) {
    throw new SvError('SV_DATA_SOURCE', `The Hugging Face endpoint \`${endpoint.origin}\` is not encrypted.`, {
      fix: 'Give an https URL in HF_ENDPOINT or `models.endpoint`; http is taken for loopback hosts only.',
    });
  }
  if (token && /[^\x21-\x7e]/.test(token)) {
    // Refused here: the error of `fetch` would quote the header.
    throw new SvError('SV_DATA_SOURCE', 'HF_TOKEN holds a character that cannot be sent, such as a space.', {
      fix: 'Copy the token again, whole and on one line.',
    });
  }

  async function follow(start: URL, about: About, headers: Readonly<Record<string, string>>, until: AbortSignal) {
    let url = start;
    for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
      const response = await send(url, {
        headers: {
          ...headers,
          // A compressed answer would break ranges and lengths.
          'accept-encoding': 'identity',
          'user-agent': 'streetvision',
          ...(token && url.origin === endpoint.origin ? { authorization: `Bearer ${token}` } : {}),
        },
        redirect: 'manual',
        signal: until,
      });
      const location = response.headers.get('location');
      if (![301, 302, 303, 307, 308].includes(response.status) || !location) return { response, url };
      await response.body?.cancel();
      const next = URL.canParse(location, url.href) ? new URL(location, url) : undefined;
      if (!next || !isSafe(next) || (isLoopback(next) && !isLoopback(endpoint))) {
        throw new SvError('SV_DATA_SOURCE', `${url.origin} redirected ${about.label} to an address that is not https.`);
      }
      await checkHop(next);
      url = next;
    }
    throw new SvError('SV_DATA_SOURCE', `${start.origin} redirected ${about.label} more than ${MAX_REDIRECTS} times.`);
  }

  return async (url, about, read, headers = {}) => {
    if (offline) {
      throw new SvError('SV_DATA_SOURCE', `${about.label} is not in the cache, and the network is not to be touched.`, {
        fix: 'Run once without --offline and SV_OFFLINE; `?keep=1` keeps what was read.',
      });
    }
    const failure = (error: unknown, tries: number) => unreachable(about, error, tries);
    return withTries({ signal, timeoutMs, retries, backoffMs, failure }, async (until) => {
      const answered = await follow(url, about, headers, until);
      if (answered.response.ok) return read(answered.response);
      const storage = answered.url.origin !== endpoint.origin;
      throw await refused(answered.response, about, { endpoint, token, storage });
    });
  };
}

/** What the guard has against an address, also against those that its name stands for. */
async function objectionTo(guard: Guard, url: URL): Promise<unknown> {
  try {
    guard.check(url);
  } catch (error) {
    return error;
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host)) return undefined;
  // A name without an address is no risk: the request then fails by itself.
  return new Promise((done) => guard.lookup(url)(host, { all: true }, (error) => done(error ?? undefined)));
}

const isLoopback = (url: URL): boolean =>
  /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname) || url.hostname.endsWith('.localhost');

const isSafe = (url: URL): boolean => url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url));

async function refused(
  response: Response,
  { label, repo }: About,
  { endpoint, token, storage }: { endpoint: URL; token: string | undefined; storage: boolean },
): Promise<SvError> {
  await response.body?.cancel();
  const { status } = response;
  const page = new URL(`datasets/${repo}`, withSlash(endpoint)).href;
  if (status === 404 || status === 410) {
    return new SvError(
      'SV_DATA_NOT_FOUND',
      `${label} does not exist, or is not visible (the server answered ${status}).`,
      {
        fix: `Check the name and the revision at ${page}${token ? '' : '; a private one needs HF_TOKEN'}.`,
      },
    );
  }
  // A storage server refuses signatures that ran out; the next try gets a fresh one.
  if ((status === 401 || status === 403) && !storage) {
    const said = token ? 'The token in HF_TOKEN was sent and may not read it.' : 'No token was given.';
    return new SvError('SV_DATA_SOURCE', `${label} is restricted (the server answered ${status}). ${said}`, {
      fix: `Accept its terms at ${page} where there are any, and set HF_TOKEN to a token with read access.`,
    });
  }
  const passing = storage || [408, 425, 429].includes(status) || status >= 500;
  return new SvError('SV_DATA_SOURCE', `The server answered ${status} for ${label}.`, {
    fix: 'Try again later.',
    ...(passing ? { retryAfterMs: retryAfter(response) } : {}),
  });
}

function retryAfter(response: Response): number {
  const seconds = Number(response.headers.get('retry-after') ?? 0);
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds * 1000, 0), 60_000) : 0;
}

function unreachable({ label }: About, error: unknown, tries: number): SvError {
  // undici says `fetch failed` and hides why in the cause.
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new SvError('SV_DATA_SOURCE', `${label} could not be read in ${tries} tries: ${reason.replace(/\.$/, '')}.`, {
    fix: 'Check the network and try again.',
    cause: error,
  });
}

/** So that a relative address keeps the whole path of a mirror. */
export const withSlash = (url: URL): URL => new URL(url.href.replace(/\/*$/, '/'));
