import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** sha256 of a file, hex. Streams, so that the event loop stays free. */
export async function sha256File(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20, ...(signal ? { signal } : {}) })) {
    hash.update(chunk as Buffer);
  }
  return hash.digest('hex');
}

/** What a finished download is compared with. */
export interface Expected {
  /** Hex. */
  readonly sha256?: string | undefined;
  /** Git's name of a file that is not in large file storage: sha1 over `blob <bytes>\0` and the content. */
  readonly gitOid?: string | undefined;
  readonly bytes?: number | undefined;
}

/** Hashes a download as it streams. */
export function createContentHash(expected: Expected) {
  const sha256 = createHash('sha256');
  const git = expected.gitOid && expected.bytes !== undefined ? createHash('sha1') : undefined;
  git?.update(`blob ${expected.bytes}\0`);
  return {
    update(chunk: Uint8Array): void {
      sha256.update(chunk);
      git?.update(chunk);
    },
    /** The difference to what was expected, in words; undefined where there is none. */
    finish(): { readonly sha256: string; readonly mismatch: string | undefined } {
      const hex = sha256.digest('hex');
      const oid = git?.digest('hex');
      if (expected.sha256 && expected.sha256 !== hex) {
        return { sha256: hex, mismatch: `sha256 ${hex}, expected ${expected.sha256}` };
      }
      if (oid && oid !== expected.gitOid) {
        return { sha256: hex, mismatch: `git blob ${oid}, expected ${expected.gitOid}` };
      }
      return { sha256: hex, mismatch: undefined };
    },
  };
}
