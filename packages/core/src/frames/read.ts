import { open, stat } from 'node:fs/promises';
import { SvError } from '../errors/sv-error.js';
import type { Frame, ImageLimits } from '../types/frame.js';
import { createFrame } from './frame.js';
import { resolveLimits, tooLarge } from './limits.js';

/**
 * Reads a file into a frame whose id is the path. The byte limit is checked before anything is read. Throws
 * `SV_INPUT_NOT_FOUND`, `SV_INPUT_UNREADABLE`, `SV_IMAGE_TOO_LARGE`; what is wrong with the picture shows at first use.
 * @example
 * import { readFrame } from '@streetvision/core';
 *
 * const frame = await readFrame('photos/street.jpg');
 */
export async function readFrame(path: string, limits?: ImageLimits): Promise<Frame> {
  try {
    return createFrame({ id: path, bytes: await readBounded(path, resolveLimits(limits).maxBytes) }, limits);
  } catch (error) {
    throw asInputError(error, path);
  }
}

async function readBounded(path: string, maxBytes: number): Promise<Uint8Array> {
  // Asked before opening: opening a pipe that nobody writes to would wait for ever.
  const found = await stat(path);
  if (!found.isFile()) {
    const what = found.isDirectory() ? 'a folder' : 'a device, pipe or socket';
    throw new SvError('SV_INPUT_UNREADABLE', `\`${path}\` is ${what}, expected a file.`, {
      fix: 'Name the pictures in it, or read them yourself and pass the bytes.',
    });
  }
  if (found.size > maxBytes) throw tooLarge(found.size, maxBytes);
  const file = await open(path, 'r');
  try {
    // No more than what was measured, should the file grow meanwhile.
    const bytes = new Uint8Array(found.size);
    let length = 0;
    while (length < bytes.length) {
      const { bytesRead } = await file.read(bytes, length, bytes.length - length, null);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return bytes.subarray(0, length);
  } finally {
    await file.close();
  }
}

function asInputError(error: unknown, path: string): SvError {
  if (error instanceof SvError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    // Made absolute before, a URL has lost a slash.
    const url = /(^|[\\/])https?:[\\/]/i.test(path);
    const fix = url ? 'URLs are not fetched: download the picture and pass its path or bytes.' : 'Check the path.';
    return new SvError('SV_INPUT_NOT_FOUND', `There is no file \`${path}\`.`, { fix, cause: error });
  }
  const denied = code === 'EACCES' || code === 'EPERM';
  return new SvError('SV_INPUT_UNREADABLE', `\`${path}\` could not be read: ${code}.`, {
    fix: denied ? 'Give this user the permission to read it.' : 'Check the path and the disk.',
    cause: error,
  });
}
