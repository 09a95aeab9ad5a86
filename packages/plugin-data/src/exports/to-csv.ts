import { ALIASES } from '../formats/row.js';
import type { Exported } from './types.js';

const TAKEN = new Set<string>(Object.values(ALIASES).flat());

/** `labels.csv` of an export; metadata that is no text, number or truth value is written as JSON. */
export function toCsv(samples: readonly Exported[]): string {
  const keys = [...new Set(samples.flatMap(({ sample }) => Object.keys(sample.meta)))];
  const columns = keys.map((key) => (TAKEN.has(key.trim().toLowerCase()) ? `meta_${key}` : key));
  const rows = samples.map(({ sample, path }) => {
    const { id, label, group, source, split, meta } = sample;
    return [path, label, group, source, split, id, ...keys.map((key) => meta[key])];
  });
  return [['file', 'label', 'group', 'source', 'split', 'id', ...columns], ...rows]
    .map((row) => `${row.map(cell).join(',')}\n`)
    .join('');
}

function cell(value: unknown): string {
  if (value === undefined || value === null) return '';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
