import { readLabel, SvError, type Task } from '@streetvision/core';

/** The encoded picture in a cell: bytes, `{ bytes, path }`, or base64 text with or without `data:`. Throws `SV_IMAGE_EMPTY`, `SV_DATA_FORMAT`. */
export function pictureOf(cell: unknown, where: string): Uint8Array {
  const inner = isRecord(cell) ? (cell.bytes ?? cell.image) : cell;
  if (inner === undefined || inner === null || (inner as { length?: number }).length === 0) {
    throw new SvError('SV_IMAGE_EMPTY', `${where} has no picture.`);
  }
  if (inner instanceof Uint8Array) return inner;
  if (typeof inner === 'string') {
    const text = inner.replace(/^data:[\w/+.-]+;base64,/, '').replace(/\s+/g, '');
    const plausible = text.length >= 16 && /^[A-Za-z0-9+/_-]+={0,2}$/.test(text);
    if (plausible) return Buffer.from(text, 'base64');
  }
  const got = typeof inner === 'string' ? 'a text that is not base64' : `a ${typeof inner}`;
  throw new SvError('SV_DATA_FORMAT', `The picture of ${where} is ${got}, expected bytes, {bytes, path} or base64.`);
}

/** The class in a cell; numbers through the names of the file where it has names. Throws `SV_DATA_LABEL`. */
export function labelOf(cell: unknown, names: readonly string[] | undefined, task: Task | undefined): string | null {
  const value = typeof cell === 'bigint' ? Number(cell) : cell;
  if (names && typeof value === 'number') {
    // `datasets` writes -1 where nobody said a class.
    if (value === -1) return null;
    const name = names[value];
    if (name === undefined) {
      throw new SvError('SV_DATA_LABEL', `The label ${value} is none of the file's ${names.length} classes.`, {
        fix: `They are ${names.join(', ')}.`,
      });
    }
    return readLabel(name, task);
  }
  return readLabel(value, task);
}

/** A cell as a JSON value. */
export function plainOf(cell: unknown): unknown {
  if (cell === undefined || cell === null) return null;
  if (typeof cell === 'bigint') return Number.isSafeInteger(Number(cell)) ? Number(cell) : String(cell);
  if (typeof cell === 'number') return Number.isFinite(cell) ? cell : null;
  if (cell instanceof Date) return Number.isNaN(cell.getTime()) ? null : cell.toISOString();
  if (Array.isArray(cell) || ArrayBuffer.isView(cell)) return Array.from(cell as unknown as unknown[], plainOf);
  if (isRecord(cell)) return Object.fromEntries(Object.entries(cell).map(([key, value]) => [key, plainOf(value)]));
  return cell;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !ArrayBuffer.isView(value) && !Array.isArray(value);
