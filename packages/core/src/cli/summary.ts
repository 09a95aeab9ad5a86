import type { Colors } from './colors.js';
import { isAnswered, type ResultRow } from './output/row.js';
import { printable } from './printable.js';
import { count, duration } from './progress.js';

/** Counts rows as they pass, so that nothing of them is held. */
export interface Summary {
  add(row: ResultRow): void;
  readonly rows: number;
  readonly failed: number;
  /** Lines for people. */
  text(ms: number, colors: Colors): string;
}

export function createSummary(): Summary {
  const labels = new Map<string, number>();
  const stages = new Map<string, number>();
  const codes = new Map<string, number>();
  const add = (map: Map<string, number>, key: string) => map.set(key, (map.get(key) ?? 0) + 1);
  const sum = (map: Map<string, number>) => [...map.values()].reduce((total, value) => total + value, 0);
  const summary: Summary = {
    add(row) {
      if (!isAnswered(row)) return void add(codes, row.error.code);
      add(labels, row.label);
      add(stages, row.exit.after);
    },
    get rows() {
      return sum(labels) + sum(codes);
    },
    get failed() {
      return sum(codes);
    },
    text(ms, colors) {
      const { rows } = summary;
      const answered = sum(stages);
      const rate = ((rows / Math.max(ms, 1)) * 1_000).toFixed(1);
      const lines = [
        `${colors.bold(count(rows))} picture${rows === 1 ? '' : 's'} in ${ms < 60_000 ? `${(ms / 1_000).toFixed(1)} s` : duration(ms / 1_000)}, ${rate} a second`,
      ];
      if (answered > 0) {
        lines.push(`  answers   ${list(labels, answered)}`, `  exits     ${list(stages, answered)}`);
      }
      if (codes.size > 0) lines.push(`  ${colors.red('failed')}    ${list(codes, rows)}`);
      return lines.join('\n');
    },
  };
  return summary;
}

function list(counts: ReadonlyMap<string, number>, of: number): string {
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  return sorted
    .map(([name, value]) => `${printable(name)} ${count(value)} (${Math.round((value / of) * 100)} %)`)
    .join(' · ');
}
