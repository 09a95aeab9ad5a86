import type { FrameInfo } from '../types/frame.js';

const BRAND = 4;

/** The format by the first bytes, never by the name; `undefined` for everything that is not accepted. */
export function sniffFormat(bytes: Uint8Array): FrameInfo['format'] | undefined {
  if (starts(bytes, 0, '\xff\xd8\xff')) return 'jpeg';
  if (starts(bytes, 0, '\x89PNG\r\n\x1a\n')) return 'png';
  if (starts(bytes, 0, 'GIF87a') || starts(bytes, 0, 'GIF89a')) return 'gif';
  if (starts(bytes, 0, 'RIFF') && starts(bytes, 8, 'WEBP')) return 'webp';
  if (starts(bytes, 4, 'ftyp')) return isAvif(bytes) ? 'avif' : undefined;
  for (const tiff of ['II*\0', 'MM\0*', 'II+\0', 'MM\0+']) if (starts(bytes, 0, tiff)) return 'tiff';
  return undefined;
}

// HEIC lives in the same container, so the brands decide: the major one, then the compatible ones.
function isAvif(bytes: Uint8Array): boolean {
  const size = ((bytes[0] ?? 0) << 24) | ((bytes[1] ?? 0) << 16) | ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0);
  const end = Math.min(size, bytes.length, 256);
  for (let at = 8; at + BRAND <= end; at += BRAND) {
    if (starts(bytes, at, 'avif') || starts(bytes, at, 'avis')) return true;
  }
  return false;
}

function starts(bytes: Uint8Array, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

/** What the bytes look like, for the message that refuses them. */
export function describeBytes(bytes: Uint8Array): string {
  const head = Buffer.from(bytes.subarray(0, 64)).toString('latin1');
  if (/^\s*(<!doctype|<html|<head|<body)/i.test(head)) return 'an HTML page';
  if (/^\s*(<\?xml|<svg)/i.test(head)) return 'XML or SVG';
  if (/^\s*[[{]/.test(head)) return 'JSON or the like';
  if (head.startsWith('%PDF')) return 'a PDF';
  if (head.startsWith('version https://git-lfs')) return 'a Git LFS pointer';
  if (head.slice(4, 8) === 'ftyp') return `a file of type ${JSON.stringify(head.slice(8, 12))}`;
  return `bytes that begin with ${Buffer.from(bytes.subarray(0, 8)).toString('hex')}`;
}
