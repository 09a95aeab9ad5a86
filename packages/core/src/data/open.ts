import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { didYouMean } from '../errors/suggest.js';
import { SvError } from '../errors/sv-error.js';
import type { DataContext, DataFormat, Dataset } from '../types/index.js';

/**
 * Opens a dataset with the format that its prefix names (`coco:labels.json`), or else with the first that says it
 * reads it. Throws `SV_DATA_FORMAT`, `SV_DATA_NOT_FOUND`, and what the format throws.
 */
export async function openDataset(ref: string, formats: readonly DataFormat[], ctx: DataContext): Promise<Dataset> {
  const [, prefix, rest] = /^([a-z][\w-]+):(?!\/\/|\\)(.*)$/s.exec(ref) ?? [];
  const names = formats.map(({ name }) => name);
  if (prefix !== undefined && rest !== undefined) {
    const named = formats.find(({ name }) => name === prefix);
    if (named) return named.open(rest, ctx);
    throw new SvError('SV_DATA_FORMAT', `There is no data format \`${prefix}\`.${didYouMean(prefix, names)}`, {
      fix: names.length > 0 ? `Formats are ${names.join(', ')}.` : NO_FORMATS,
    });
  }
  for (const format of formats) {
    if (await format.detect?.(ref, ctx)) return format.open(ref, ctx);
  }
  if (formats.length > 0 && !/^https?:/.test(ref) && !existsSync(resolve(ctx.dir, ref))) {
    throw new SvError('SV_DATA_NOT_FOUND', `There is no file or folder \`${ref}\`.`, {
      fix: `Check the path${prefix === undefined ? ', or name the format: `hf:org/name`' : ''}.`,
    });
  }
  const known = formats.map(({ name, description }) => `  ${name}: ${description}`).join('\n');
  throw new SvError('SV_DATA_FORMAT', `No data format reads \`${ref}\`${known ? `. Formats are:\n${known}\n` : '.'}`, {
    fix: known ? 'Check the path, or name the format: `coco:labels.json`.' : NO_FORMATS,
  });
}

const NO_FORMATS =
  'Run `npm install @streetvision/plugin-data`: it reads folders, CSV, JSONL, COCO, YOLO, parquet and more.';
