import { SvError } from '@streetvision/core';
import { readBoxes } from '../formats/boxes.js';
import { type Row, rowOf } from '../formats/row.js';

/** Where a manifest line says that its picture lies in another dataset. */
export interface Reference {
  readonly data: string;
  readonly id: string;
}

/**
 * One line of a manifest, or of any list of objects that name pictures: keys without a meaning are metadata. Throws
 * `SV_DATA_FORMAT`.
 */
export function rowOfLine(
  value: unknown,
  where: string,
  open: (reference: Reference) => () => Promise<Uint8Array>,
): Row {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new SvError('SV_DATA_FORMAT', `The line is ${JSON.stringify(value).slice(0, 80)}, expected an object.`);
  }
  const { ref, boxes, meta, ...rest } = value as Record<string, unknown>;
  const row = rowOf(where, rest);
  if (row.file !== undefined && typeof row.file !== 'string') {
    throw new SvError('SV_DATA_FORMAT', `\`file\` is ${JSON.stringify(row.file)}, expected a path.`);
  }
  if (meta !== undefined && (typeof meta !== 'object' || meta === null || Array.isArray(meta))) {
    throw new SvError('SV_DATA_FORMAT', `\`meta\` is ${JSON.stringify(meta)}, expected an object.`);
  }
  return {
    ...row,
    meta: { ...row.meta, ...(meta as object | undefined) },
    ...(boxes === undefined ? {} : { boxes: readBoxes(boxes) }),
    ...(ref === undefined || row.file !== undefined ? {} : { read: open(readReference(ref)) }),
  };
}

function readReference(ref: unknown): Reference {
  const { data, id } = (typeof ref === 'object' && ref !== null ? ref : {}) as Record<string, unknown>;
  if (typeof data !== 'string' || typeof id !== 'string') {
    throw new SvError('SV_DATA_FORMAT', `\`ref\` is ${JSON.stringify(ref)}, expected { "data": …, "id": … }.`);
  }
  return { data, id };
}
