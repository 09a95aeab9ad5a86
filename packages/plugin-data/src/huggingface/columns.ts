import { SvError } from '@streetvision/core';
import { type FileMetaData, parquetSchema, type SchemaTree } from 'hyparquet';
import { z } from 'zod';
import type { ParquetOptions } from './ref.js';

/** Which columns of a parquet file mean what. */
export interface Columns {
  readonly image: string;
  readonly label: string;
  /** Read for every row: all that is small. */
  readonly light: readonly string[];
  /** The classes that numbers stand for, where the file says so (ClassLabel). */
  readonly names: readonly string[] | undefined;
}

const TEXT = new Set(['UTF8', 'JSON', 'ENUM', 'DECIMAL']);

/** Picks the columns. Throws `SV_DATA_FORMAT` naming those that there are. */
export function pickColumns(metadata: FileMetaData, where: string, options: ParquetOptions, group?: string): Columns {
  const columns = parquetSchema(metadata).children;
  const names = columns.map(({ element }) => element.name);
  const require = (found: string | undefined, what: string, fix: string): string => {
    if (found !== undefined && names.includes(found)) return found;
    throw new SvError('SV_DATA_FORMAT', `${where} has no ${what}. Its columns are ${names.join(', ') || 'none'}.`, {
      fix,
    });
  };
  const image = require(options.image ?? names.find((name) => name.toLowerCase().includes('image')), options.image
    ? `column \`${options.image}\``
    : 'column whose name contains `image`', 'Name the column of the pictures: `?image=photo`.');
  const label = require(options.label ??
    'label', `column \`${options.label ?? 'label'}\``, 'Name the column of the classes: `?label=has_roadwork`.');
  if (group !== undefined) require(group, `column \`${group}\``, 'Name one of them with --group, or leave it out.');
  const light = columns.filter(({ element }) => element.name !== image).filter((column) => !holdsBytes(column));
  if (!light.some(({ element }) => element.name === label)) {
    throw new SvError('SV_DATA_FORMAT', `The column \`${label}\` of ${where} holds bytes, expected numbers or text.`);
  }
  return { image, label, light: light.map(({ element }) => element.name), names: classNames(metadata, label) };
}

/** Bytes that are no text: a picture, a mask, an embedding packed by hand. */
function holdsBytes({ element, children }: SchemaTree): boolean {
  if (children.length > 0) return children.some(holdsBytes);
  if (element.type === 'FIXED_LEN_BYTE_ARRAY') return !element.converted_type && !element.logical_type;
  if (element.type !== 'BYTE_ARRAY') return false;
  return (
    !TEXT.has(element.converted_type ?? '') &&
    !['STRING', 'JSON', 'ENUM', 'DECIMAL'].includes(element.logical_type?.type ?? '')
  );
}

const Features = z.object({
  info: z.object({ features: z.record(z.string(), z.unknown()) }),
});
const ClassLabel = z.object({ _type: z.literal('ClassLabel'), names: z.array(z.string()) });

/** What the `datasets` library writes beside the schema. */
function classNames(metadata: FileMetaData, label: string): string[] | undefined {
  const text = metadata.key_value_metadata?.find(({ key }) => key === 'huggingface')?.value;
  if (!text) return undefined;
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch {
    // Made by others; without it the numbers stand for themselves.
    return undefined;
  }
  const features = Features.safeParse(said);
  const found = ClassLabel.safeParse(features.data?.info.features[label]);
  return found.success && found.data.names.length > 0 ? found.data.names : undefined;
}
