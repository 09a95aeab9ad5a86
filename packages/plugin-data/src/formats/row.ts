import type { Box } from '@streetvision/core';

/** What a format has read of one sample, as it stands there: nothing is checked yet. */
export interface Row {
  /** For people: `labels.csv line 7`. */
  readonly where: string;
  /** Relative to the root of the dataset. */
  readonly file?: string;
  /** Where the picture is no file of its own. */
  readonly read?: () => Promise<Uint8Array>;
  /** @default `file` */
  readonly id?: unknown;
  readonly label?: unknown;
  /** What other columns say that may be labels too, by name. */
  readonly labels?: Readonly<Record<string, unknown>>;
  readonly group?: unknown;
  readonly source?: unknown;
  readonly split?: unknown;
  readonly sha256?: unknown;
  readonly meta?: Readonly<Record<string, unknown>>;
  readonly boxes?: readonly Box[];
}

/** Names that columns and keys may have, in any case; the first is the one that is written. */
export const ALIASES = {
  file: ['file', 'file_name', 'filename', 'path', 'filepath', 'image', 'image_path', 'file_path'],
  label: ['label', 'class', 'class_name', 'has_roadwork', 'category'],
  group: ['group'],
  source: ['source'],
  split: ['split'],
  id: ['id'],
  sha256: ['sha256'],
} as const;

export type Field = keyof typeof ALIASES;

/** Which of the names of columns or keys stands for which field. */
export function fieldsOf(names: readonly string[]): Partial<Record<Field, string>> {
  const found: Partial<Record<Field, string>> = {};
  for (const field of Object.keys(ALIASES) as Field[]) {
    for (const alias of ALIASES[field]) {
      const name = names.find((one) => one.trim().toLowerCase() === alias);
      if (name !== undefined && found[field] === undefined) found[field] = name;
    }
  }
  return found;
}

const isLabelName = (name: string) => (ALIASES.label as readonly string[]).includes(name.trim().toLowerCase());

/** A row of columns or keys: what has a meaning is taken out, the rest is metadata. */
export function rowOf(
  where: string,
  values: Readonly<Record<string, unknown>>,
  fields: Partial<Record<Field, string>> = fieldsOf(Object.keys(values)),
): Row {
  const taken = new Set<string | undefined>(Object.values(fields));
  const row: Record<string, unknown> = { where };
  for (const [field, name] of Object.entries(fields)) row[field] = values[name];
  if (fields.label !== undefined) {
    const others = Object.entries(values).filter(([name]) => name !== fields.label && isLabelName(name));
    if (others.length > 0) row.labels = Object.fromEntries(others);
  }
  row.meta = Object.fromEntries(Object.entries(values).filter(([name]) => !taken.has(name)));
  return row as unknown as Row;
}
