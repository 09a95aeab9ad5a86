import type { DataContext } from '@streetvision/core';

/** What a walk through a folder passed by. */
export interface Skipped {
  /** Pictures that are not read, by extension. */
  readonly pictures: Map<string, { count: number; readonly first: string }>;
  /** Links to folders. */
  readonly links: string[];
}

export const nothingSkipped = (): Skipped => ({ pictures: new Map(), links: [] });

/** Pictures of cameras and editors that core does not read. */
const UNREAD = /\.(heic|heif|bmp|dib|jxl|jp2|j2k|psd|svg|tga|p[bgnp]m|exr|hdr|ico|dng|cr2|cr3|nef|arw|orf|rw2|raf)$/i;

/** Notes a file that is passed by, where somebody may have meant it as a picture. */
export function noteFile({ pictures }: Skipped, path: string): void {
  const extension = UNREAD.exec(path)?.[0].toLowerCase();
  if (extension === undefined) return;
  const known = pictures.get(extension);
  if (known) known.count++;
  else pictures.set(extension, { count: 1, first: path });
}

/** Tells one problem per extension and per link. */
export function tellSkipped({ pictures, links }: Skipped, ctx: DataContext): void {
  for (const [extension, { count, first }] of pictures) {
    ctx.problem({
      where: first,
      code: 'SV_IMAGE_FORMAT',
      message: `${count} ${extension} files are not read. Convert them to JPEG or PNG.`,
    });
  }
  for (const link of links) {
    ctx.problem({
      where: `${link}/`,
      code: 'SV_DATA_FORMAT',
      message: `\`${link}\` is a link to a folder, which is not followed. Copy the folder, or name it itself.`,
    });
  }
}
