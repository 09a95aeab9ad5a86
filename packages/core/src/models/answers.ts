import { SvError } from '../errors/sv-error.js';

/** What was asked for, for the message. */
export interface Asked {
  readonly label: string;
  /** `https://huggingface.co/org/name`, where the licence is accepted. */
  readonly licencePage?: string | undefined;
  /** Origin that was asked first; an answer from another one is a storage server's. */
  readonly origin: string;
  readonly tokenGiven: boolean;
}

/** The error for an HTTP answer that is not the file. `retryAfterMs` marks those that may pass. */
export async function refused(response: Response, asked: Asked): Promise<SvError> {
  await response.body?.cancel();
  const { status } = response;
  const reason = response.headers.get('x-error-code');
  const storage = response.url !== '' && new URL(response.url).origin !== asked.origin;
  if (status === 404 || status === 410 || reason === 'RepoNotFound') return notFound(asked, status, reason);
  // A storage server refuses signatures that ran out; the next try gets a fresh one.
  if ((status === 401 || status === 403) && !storage) return gated(asked, status);
  const passing = storage || status === 408 || status === 425 || status === 429 || status >= 500;
  return new SvError('SV_MODEL_DOWNLOAD', `The server answered ${status} for ${asked.label}.`, {
    fix: 'What arrived is kept: try again later.',
    ...(passing ? { retryAfterMs: retryAfter(response) } : {}),
  });
}

function notFound(asked: Asked, status: number, reason: string | null): SvError {
  const what =
    reason === 'RepoNotFound'
      ? `No repository for ${asked.label} is visible ${asked.tokenGiven ? 'with this token' : 'without a token'}`
      : reason === 'RevisionNotFound'
        ? `The repository of ${asked.label} has no such revision`
        : `${asked.label} does not exist`;
  return new SvError('SV_MODEL_NOT_FOUND', `${what} (the server answered ${status}).`, {
    fix: asked.licencePage
      ? `Check the name, the revision and the file at ${asked.licencePage}${asked.tokenGiven ? '' : '; a private one needs HF_TOKEN'}.`
      : 'Check the address.',
  });
}

function gated(asked: Asked, status: number): SvError {
  if (!asked.licencePage) {
    return new SvError('SV_MODEL_GATED', `The server answered ${status} for ${asked.label}: access is restricted.`, {
      fix: 'Download the file by hand and refer to it as `file:path`.',
    });
  }
  const token = asked.tokenGiven ? 'The token given in HF_TOKEN was sent and may not read it.' : 'No token was given.';
  return new SvError('SV_MODEL_GATED', `${asked.label} is gated (the server answered ${status}). ${token}`, {
    fix: `Accept the licence at ${asked.licencePage}, make a token with read access at ${new URL('/settings/tokens', asked.licencePage).href} and set HF_TOKEN to it.`,
  });
}

function retryAfter(response: Response): number {
  const value = response.headers.get('retry-after');
  if (!value) return 0;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), 60_000) : 0;
}
