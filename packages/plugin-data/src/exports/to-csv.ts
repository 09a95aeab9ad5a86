import { ALIASES } from '../formats/row.js';
import type { Exported } from './types.js';

const TAKEN = new Set<string>(Object.values(ALIASES).flat());

/**
 * `labels.csv` of an export; metadata that is no text, number or truth value is written as JSON. A text that a spreadsheet
 * would take as a formula gets a `'` in front.
 */
export function toCsv(samples: readonly Exported[]): string {
  const keys = [...new Set(samples.flatMap(({ sample }) => Object.keys(sample.meta)))];
  const columns = keys.map((key) => (TAKEN.has(key.trim().toLowerCase()) ? `meta_${key}` : key));
  const rows = samples.map(({ sample, path }) => {
    const { id, label, group, source, split, meta } = sample;
    // Paths are made of names that are safe, and must stay what they are.
    return [field(path), ...[label, group, source, split, id, ...keys.map((key) => meta[key])].map(cell)];
  });
  const head = ['file', 'label', 'group', 'source', 'split', 'id', ...columns].map(cell);
  return [head, ...rows].map((row) => `${row.join(',')}\n`).join('');
}

function cell(value: unknown): string {
  if (value === undefined || value === null) return '';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return field(typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text);
}

function field(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
