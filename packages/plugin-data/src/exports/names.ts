import { basename } from 'node:path';

/** What no file system minds in a name. */
export const safeName = (text: string) =>
  text
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}._-]+/gu, '_')
    .replace(/^[._]+|[._]+$/g, '')
    .slice(0, 80);

/**
 * File names without extension, by what samples are called; each is given once: `a`, `a-2`. FiftyOne and YOLO know a
 * picture by it, and some disks take `A` and `a` for one name.
 */
export function createStems(): (id: string) => string {
  const taken = new Set<string>();
  return (id) => {
    const base = safeName(basename(id).replace(/\.[^.]*$/, '')) || 'picture';
    let stem = base;
    for (let i = 2; taken.has(stem.toLowerCase()); i++) stem = `${base}-${i}`;
    taken.add(stem.toLowerCase());
    return stem;
  };
}
