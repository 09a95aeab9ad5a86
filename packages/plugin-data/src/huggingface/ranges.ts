import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SvError } from '@streetvision/core';
import type { AsyncBuffer } from 'hyparquet';
import { writeShared } from '../cache/write-whole.js';
import type { About, HubHttp } from './http.js';

/** A file that is read in parts: what hyparquet reads from. */
export type Ranges = AsyncBuffer;

/** A local file in parts; open only while one is read, since nobody closes a dataset. Throws `SV_INPUT_UNREADABLE`. */
export async function localRanges(path: string): Promise<Ranges> {
  const { size } = await stat(path);
  return {
    byteLength: size,
    async slice(start, end = size) {
      const bytes = new Uint8Array(Math.max(0, end - start));
      const file = await open(path);
      try {
        for (let at = 0; at < bytes.length; ) {
          const { bytesRead } = await file.read(bytes, at, bytes.length - at, start + at);
          if (bytesRead === 0) throw new SvError('SV_INPUT_UNREADABLE', `${path} ended while it was read.`);
          at += bytesRead;
        }
      } finally {
        await file.close();
      }
      return bytes.buffer;
    },
  };
}

/** A file on a server in parts. Throws `SV_DATA_SOURCE`. */
export function remoteRanges(http: HubHttp, url: URL, about: About, byteLength: number): Ranges {
  return {
    byteLength,
    slice: (start, end = byteLength) => {
      if (end <= start) return new ArrayBuffer(0);
      const expected = `bytes ${start}-${end - 1}/${byteLength}`;
      return http(
        url,
        about,
        async (response) => {
          if (response.status !== 206 || response.headers.get('content-range') !== expected) {
            await response.body?.cancel();
            const got = response.status === 206 ? `${response.headers.get('content-range')}` : `the whole file`;
            throw new SvError('SV_DATA_SOURCE', `The server gave ${got} of ${about.label}, asked for ${expected}.`, {
              fix: 'Download the parquet files and read the folder: `parquet:folder`.',
            });
          }
          return readExactly(response, end - start);
        },
        { range: `bytes=${start}-${end - 1}` },
      );
    },
  };
}

/** Keeps the parts in a folder, so that another run asks no server. */
export function keptRanges(ranges: Ranges, folder: string): Ranges {
  return {
    ...ranges,
    async slice(start, end = ranges.byteLength) {
      const path = join(folder, `${start}-${end}`);
      const kept: Uint8Array | undefined = await readFile(path).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      });
      if (kept && kept.length === end - start) return new Uint8Array(kept).buffer;
      const bytes = await ranges.slice(start, end);
      await writeShared(path, new Uint8Array(bytes));
      return bytes;
    },
  };
}

/** Not one byte more is taken than was asked for; less is a broken connection, which is tried again. */
async function readExactly(response: Response, length: number): Promise<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let at = 0;
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    if (at + chunk.length > length) throw new Error('The server sent more than was asked for');
    bytes.set(chunk, at);
    at += chunk.length;
  }
  if (at < length) throw new Error(`The connection ended after ${at} of ${length} bytes`);
  return bytes.buffer;
}
