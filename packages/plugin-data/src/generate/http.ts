import { isSvError, SvError } from '@streetvision/core';
import { withTries } from '../tries.js';
import { isUnsent, refusal, speaksOfSafety } from './refusal.js';

export interface ServerOptions {
  /** Where the server is. A name and password in it are sent as basic authentication. */
  readonly url: string;
  /** `name:password`, where they are not in the URL. */
  readonly auth?: string | undefined;
  readonly token?: string | undefined;
  /** For one answer. @default 300_000 */
  readonly timeoutMs?: number | undefined;
  /** Tries after the first one. @default 2 */
  readonly retries?: number | undefined;
  /** Pause before the first of them; doubles each time. @default 1_000 */
  readonly backoffMs?: number | undefined;
  readonly fetch?: typeof fetch | undefined;
}

/** Asks one server, which the user has named. */
export interface Server {
  /**
   * What passes is tried again. A body that was sent is sent again only where the server answered that it is busy, and
   * `again` allowed it: a picture that was made and lost may have been paid for. Throws `SV_GENERATOR`, without a secret.
   */
  ask(path: string, request: Ask): Promise<Answer>;
}

export interface Ask {
  readonly body?: object | FormData;
  readonly signal: AbortSignal;
  readonly accept?: string;
  /** See `GenerateContext`. */
  readonly again?: (() => Promise<boolean>) | undefined;
}

export interface Answer {
  readonly type: string;
  readonly bytes: Uint8Array;
  /** Throws `SV_GENERATOR` where it is no JSON. */
  json(): unknown;
}

const MAX_BYTES = 256 * 2 ** 20;

/** Throws `SV_GENERATOR` where the URL is none, or a token or password would travel without encryption. */
export function createServer(name: string, options: ServerOptions): Server {
  const { timeoutMs = 300_000, retries = 2, backoffMs = 1_000 } = options;
  const send = options.fetch ?? fetch;
  const base = URL.canParse(options.url) ? new URL(options.url) : undefined;
  if (!base || !/^https?:$/.test(base.protocol)) {
    throw new SvError('SV_GENERATOR', `The address of ${name} is no http(s) URL.`, {
      fix: 'Write `http://127.0.0.1:7860`.',
    });
  }
  const auth = base.username
    ? `${decodeURIComponent(base.username)}:${decodeURIComponent(base.password)}`
    : options.auth;
  base.username = '';
  base.password = '';
  if (
    (options.token || auth) &&
    base.protocol !== 'https:' &&
    !/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(base.hostname)
  ) {
    const what = options.token ? 'token' : 'password';
    throw new SvError('SV_GENERATOR', `${base.origin} is not encrypted, and a ${what} is not sent there.`, {
      fix: 'Use https, or a tunnel: `ssh -L 7860:127.0.0.1:7860 host`.',
    });
  }
  const basic = auth ? Buffer.from(auth).toString('base64') : undefined;
  const authorization = options.token ? `Bearer ${options.token}` : basic ? `Basic ${basic}` : undefined;
  const hide = hider([authorization, basic, auth, auth?.slice(auth.indexOf(':') + 1), options.token]);
  if (authorization && /[^\x20-\x7e]/.test(authorization)) {
    // Refused here: the error of `fetch` would quote the header.
    throw new SvError('SV_GENERATOR', `The token of ${name} holds a character that cannot be sent.`, {
      fix: 'Copy it again.',
    });
  }

  async function attempt(path: string, { body, signal, accept }: Ask): Promise<Answer> {
    const response = await send(new URL(`${base?.href.replace(/\/*$/, '')}${path}`), {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        accept: accept ?? 'application/json',
        ...(authorization ? { authorization } : {}),
        ...(body === undefined || body instanceof FormData ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: body instanceof FormData ? body : JSON.stringify(body) }),
      redirect: 'manual',
      signal,
    });
    const bytes = await readAll(response, name);
    if (response.ok) return answer(response, bytes, name);
    const text = hide(Buffer.from(bytes.subarray(0, 2000)).toString('utf8'))
      .replace(/\s+/g, ' ')
      .slice(0, 300);
    const { status } = response;
    if (status >= 400 && status < 500 && speaksOfSafety(text)) throw refusal(name, text);
    const passing = [408, 425, 429, 502, 503, 504].includes(status);
    throw new SvError(
      'SV_GENERATOR',
      `${name} answered ${status} to ${path.replace(/\?.*/, '')}: ${text || 'nothing more'}`,
      {
        ...(status === 401 || status === 403 ? { fix: 'Check the password or the token.' } : {}),
        ...(passing
          ? { retryAfterMs: Math.min(Number(response.headers.get('retry-after') ?? 0) * 1000 || 0, 60_000) }
          : {}),
      },
    );
  }

  return {
    ask: (path, request) =>
      withTries(
        {
          ...{ signal: request.signal, timeoutMs, retries, backoffMs },
          failure: (error) => unreachable(name, base.origin, error, hide),
          again: async (error) => {
            if (request.body === undefined || isUnsent(error)) return true;
            return isSvError(error) && ((await request.again?.()) ?? true);
          },
        },
        (signal) => attempt(path, { ...request, signal }),
      ),
  };
}

/** Takes secrets out of a text, the longest first, also as they stand in JSON. */
function hider(secrets: readonly (string | undefined)[]): (text: string) => string {
  const all = secrets.filter((secret): secret is string => Boolean(secret));
  const shapes = [...new Set(all.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]))];
  shapes.sort((a, b) => b.length - a.length);
  return (text) => shapes.reduce((shown, shape) => shown.replaceAll(shape, '***'), text);
}

async function readAll(response: Response, name: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let held = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    parts.push(chunk);
    held += chunk.length;
    if (held > MAX_BYTES) throw new SvError('SV_GENERATOR', `${name} answered with more than ${MAX_BYTES} bytes.`);
  }
  return new Uint8Array(Buffer.concat(parts));
}

const answer = (response: Response, bytes: Uint8Array, name: string): Answer => ({
  type: response.headers.get('content-type') ?? '',
  bytes,
  json() {
    try {
      return JSON.parse(Buffer.from(bytes).toString('utf8'));
    } catch (cause) {
      throw new SvError('SV_GENERATOR', `${name} answered something else than JSON.`, {
        fix: 'Check its address.',
        cause,
      });
    }
  },
});

function unreachable(name: string, origin: string, error: unknown, hide: (text: string) => string): SvError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const reason = hide(cause instanceof Error ? cause.message || cause.name : String(cause)).replace(/\.$/, '');
  return new SvError('SV_GENERATOR', `${name} at ${origin} did not answer: ${reason}.`, {
    fix: 'Check that it runs, and its address.',
    cause: error,
  });
}
