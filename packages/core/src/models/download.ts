import { createReadStream } from 'node:fs';
import { dirname } from 'node:path';
import { SvError } from '../errors/sv-error.js';
import { type Asked, refused } from './answers.js';
import { onDisk, requireSpace, size } from './disk.js';
import { createContentHash, type Expected } from './hash.js';
import type { Http } from './http.js';
import { discardPart, openPart, readPart, startPart } from './part-file.js';
import { type RetryOptions, withRetries } from './retry.js';

/** Bytes so far, and in all where the server tells. */
export type OnProgress = (progress: { readonly bytes: number; readonly total: number | undefined }) => void;

export interface DownloadOptions extends RetryOptions {
  readonly http: Http;
  readonly url: URL;
  readonly asked: Asked;
  /** The unfinished file; its folder exists and the caller holds the lock. */
  readonly part: string;
  readonly expected: Expected;
  /** A connection that is silent for so long is given up and resumed. */
  readonly stallMs: number;
  readonly onProgress?: OnProgress | undefined;
}

export interface Downloaded {
  /** Hex. */
  readonly sha256: string;
  readonly bytes: number;
}

/**
 * Downloads into `part`, resuming what an earlier try or an earlier process left there, and compares the content
 * with `expected`. A wrong content is thrown away.
 * @throws SV_MODEL_DOWNLOAD, SV_MODEL_HASH, SV_MODEL_DISK, SV_MODEL_GATED, SV_MODEL_NOT_FOUND
 */
export async function download(options: DownloadOptions): Promise<Downloaded> {
  const { part, asked, expected } = options;
  let furthest = 0;
  for (let fresh = false; ; fresh = true) {
    const outcome = await withRetries(options, (advanced) =>
      attempt(options, (bytes) => {
        // Only new ground counts: a server that always breaks at the same byte must not be asked for ever.
        if (bytes > furthest) advanced();
        furthest = Math.max(furthest, bytes);
      }),
    );
    if (!outcome.mismatch) return outcome;
    await discardPart(part);
    // Bytes of two different files may have met: once more from the first byte on.
    if (outcome.resumed && !fresh) continue;
    throw new SvError('SV_MODEL_HASH', `${asked.label} arrived with ${outcome.mismatch}.`, {
      fix: expected.sha256
        ? 'It was thrown away. Either the file was replaced at its source, or the reference is wrong.'
        : 'It was thrown away; try again.',
    });
  }
}

/** Where nobody knows how much will come, the disk is looked at after each of these. */
const SPACE_CHECK_BYTES = 64 * 2 ** 20;

interface Outcome extends Downloaded {
  readonly mismatch: string | undefined;
  /** Whether bytes of an earlier try are in it. */
  readonly resumed: boolean;
}

async function attempt(options: DownloadOptions, reached: (bytes: number) => void): Promise<Outcome> {
  const { part, expected, asked, signal, onProgress } = options;
  const hash = createContentHash(expected);
  const before = await onDisk(part, () => readPart(part));
  // Without an ETag or a hash nothing tells whether the rest belongs to the same file.
  const resumable = before.bytes > 0 && Boolean(before.etag || expected.sha256 || expected.gitOid);
  let bytes = resumable ? before.bytes : 0;

  if (bytes > 0 && bytes === expected.bytes) {
    await hashPart(part, hash, signal);
    return { ...hash.finish(), bytes, resumed: true };
  }

  const stall = stallGuard(options.stallMs, signal);
  try {
    const response = await options.http(options.url, {
      headers: rangeHeaders(bytes, before.etag),
      signal: stall.signal,
    });
    if (response.status === 416) {
      await response.body?.cancel();
      await onDisk(part, () => discardPart(part));
      throw passing(`The server has no more than ${size(bytes)} of ${asked.label}.`);
    }
    if (!response.ok || !response.body) throw await refused(response, asked);

    const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get('content-range') ?? '');
    const resumed = bytes > 0 && response.status === 206 && Number(range?.[1]) === bytes;
    if (response.status === 206 && !resumed) {
      await response.body.cancel();
      await onDisk(part, () => discardPart(part));
      throw passing(`The server answered with another range of ${asked.label} than asked for.`);
    }
    if (!resumed) bytes = 0;
    const total = totalBytes(response, range?.[2], resumed);
    const whole = expected.bytes ?? total;
    if (expected.bytes !== undefined && total !== undefined && total !== expected.bytes) {
      await response.body.cancel();
      throw new SvError(
        'SV_MODEL_HASH',
        `${asked.label} has ${total} bytes at the server, expected ${expected.bytes}.`,
        {
          fix: 'The file was replaced at its source, or something between here and there answers in its place.',
        },
      );
    }
    await onDisk(part, async () => {
      if (resumed) await hashPart(part, hash, signal);
      else await startPart(part, response.headers.get('etag') ?? undefined);
      if (whole !== undefined) await requireSpace(dirname(part), whole - bytes);
    });

    const file = await onDisk(part, () => openPart(part));
    let unchecked = 0;
    let overfull = false;
    try {
      onProgress?.({ bytes, total });
      for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
        stall.alive();
        overfull = whole !== undefined && bytes + chunk.length > whole;
        if (overfull) break;
        unchecked += chunk.length;
        if (whole === undefined && unchecked >= SPACE_CHECK_BYTES) {
          await onDisk(part, () => requireSpace(dirname(part), SPACE_CHECK_BYTES));
          unchecked = 0;
        }
        await onDisk(part, () => file.write(chunk));
        hash.update(chunk);
        bytes += chunk.length;
        reached(bytes);
        onProgress?.({ bytes, total });
      }
    } finally {
      await onDisk(part, file.close);
    }
    if (overfull) {
      await onDisk(part, () => discardPart(part));
      throw tooMuch(asked, whole ?? bytes, expected);
    }
    if (total !== undefined && bytes < total)
      throw passing(`The connection ended at ${size(bytes)} of ${size(total)}.`);
    return { ...hash.finish(), bytes, resumed };
  } finally {
    stall.end();
  }
}

function rangeHeaders(bytes: number, etag: string | undefined): Record<string, string> {
  if (bytes === 0) return {};
  return { range: `bytes=${bytes}-`, ...(etag ? { 'if-range': etag } : {}) };
}

function totalBytes(response: Response, ofRange: string | undefined, resumed: boolean): number | undefined {
  const text = resumed ? ofRange : (response.headers.get('content-length') ?? undefined);
  return text && /^\d+$/.test(text) ? Number(text) : undefined;
}

async function hashPart(part: string, hash: ReturnType<typeof createContentHash>, signal: AbortSignal | undefined) {
  for await (const chunk of createReadStream(part, { highWaterMark: 1 << 20, ...(signal ? { signal } : {}) })) {
    hash.update(chunk as Buffer);
  }
}

function stallGuard(ms: number, signal: AbortSignal | undefined) {
  const silent = new AbortController();
  const timer = setTimeout(() => silent.abort(new Error(`The server was silent for ${ms / 1000} s.`)), ms);
  return {
    signal: signal ? AbortSignal.any([signal, silent.signal]) : silent.signal,
    alive: () => timer.refresh(),
    end: () => clearTimeout(timer),
  };
}

function tooMuch(asked: Asked, whole: number, expected: Expected): SvError {
  const said = expected.bytes === undefined ? 'the server announced' : 'the repository says';
  return new SvError('SV_MODEL_HASH', `${asked.label} is longer than the ${whole} bytes that ${said}.`, {
    fix: 'It was thrown away. Something between here and there answers in its place, or sends it compressed.',
  });
}

function passing(message: string): SvError {
  return new SvError('SV_MODEL_DOWNLOAD', message, { retryAfterMs: 0 });
}
