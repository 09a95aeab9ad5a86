import { SvError } from '../errors/sv-error.js';

export interface HttpOptions {
  readonly fetch: typeof fetch;
  /** Of the Hugging Face hub or a mirror of it. */
  readonly endpoint: URL;
  readonly token: string | undefined;
}

export interface HttpRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal | undefined;
}

/** One request, redirects followed. The token goes to the endpoint's origin and nowhere else. */
export type Http = (url: URL, request?: HttpRequest) => Promise<Response>;

const MAX_REDIRECTS = 10;

export const isLoopback = (url: URL): boolean =>
  /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname) || url.hostname.endsWith('.localhost');

export function createHttp({ fetch, endpoint, token }: HttpOptions): Http {
  if (endpoint.protocol !== 'https:' && !isLoopback(endpoint)) {
    throw new SvError('SV_MODEL_REF', `The Hugging Face endpoint \`${endpoint.origin}\` is not encrypted.`, {
      fix: 'Give an https URL in HF_ENDPOINT or `models.endpoint`; http is taken for loopback hosts only.',
    });
  }
  const authorization = (url: URL): Record<string, string> => {
    if (!token || url.origin !== endpoint.origin) return {};
    // Refused here: the error of `fetch` would quote the header, and count as a broken network.
    if (/[^\x21-\x7e]/.test(token)) throw unsendable();
    return { authorization: `Bearer ${token}` };
  };
  return async (start, request = {}) => {
    let url = start;
    let { method = 'GET', body } = request;
    for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
      const response = await fetch(url, {
        method,
        ...(body === undefined ? {} : { body }),
        headers: {
          ...request.headers,
          // A compressed answer would break ranges and lengths.
          'accept-encoding': 'identity',
          'user-agent': 'streetvision',
          ...authorization(url),
        },
        redirect: 'manual',
        signal: request.signal ?? null,
      });
      const location = response.headers.get('location');
      if (![301, 302, 303, 307, 308].includes(response.status) || !location) return response;
      await response.body?.cancel();
      url = redirected(url, location);
      if (response.status === 303) {
        method = 'GET';
        body = undefined;
      }
    }
    throw new SvError('SV_MODEL_DOWNLOAD', `${start.origin} redirected more than ${MAX_REDIRECTS} times.`, {
      fix: 'Check the address.',
    });
  };
}

function unsendable(): SvError {
  return new SvError(
    'SV_MODEL_GATED',
    'HF_TOKEN holds a character that cannot be sent, such as a space or a line feed.',
    {
      fix: 'Copy the token again, whole and on one line.',
    },
  );
}

function redirected(from: URL, location: string): URL {
  const to = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  if (to && (to.protocol === 'https:' || (to.protocol === 'http:' && isLoopback(to)))) return to;
  throw new SvError(
    'SV_MODEL_DOWNLOAD',
    `${from.origin} redirected to ${to?.origin ?? 'no URL'}, which is not https.`,
    {
      fix: 'Use an address that stays on https.',
    },
  );
}
