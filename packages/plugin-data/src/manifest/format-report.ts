import type { DataReport } from './report.js';

/** A report for people. */
export function formatReport(report: DataReport): string {
  const { counts, table, largestGroup, straddling, duplicates, problems } = report;
  const labels = Object.entries(counts.labels).map(([label, count]) => `${label} ${count}`);
  const lines = [
    `${report.name}: ${counts.samples} samples in ${counts.groups} groups`,
    `labels: ${[...labels, ...(counts.unlabelled > 0 ? [`unlabelled ${counts.unlabelled}`] : [])].join(', ') || 'none'}`,
    '',
    ...columns([
      ['source', 'part', 'label', 'samples'],
      ...table.map(({ source, split, label, samples }) => [source, split ?? '–', label ?? '–', String(samples)]),
    ]),
    '',
  ];
  if (largestGroup && largestGroup.samples > 1)
    lines.push(`largest group: ${largestGroup.group}, ${largestGroup.samples} samples`);
  for (const { group, splits } of straddling) lines.push(`group ${group} lies in ${splits.join(' and ')}`);
  if (duplicates) {
    const { exact, conflicts, near } = duplicates;
    lines.push(
      `same picture twice or more: ${exact.length}${exact[0] ? `, such as ${exact[0].slice(0, 2).join(' = ')}` : ''}`,
    );
    for (const ids of conflicts) lines.push(`same picture with different labels: ${ids.join(', ')}`);
    lines.push(`near-duplicates (within ${near.bits} of 64 bits): ${near.pairs} pairs`);
    for (const { groups, pairs } of near.acrossGroups.slice(0, 10))
      lines.push(`  ${pairs} between groups ${groups.join(' and ')}`);
  }
  if (problems.length === 0) lines.push('nothing was left out');
  for (const { code, count, first } of problems)
    lines.push(`left out: ${count} × ${code}, first ${first.where}: ${first.message}`);
  return `${lines.join('\n')}\n`;
}

function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] as readonly string[]).map((_, k) =>
    Math.max(...rows.map((row) => (row[k] as string).length)),
  );
  return rows.map((row) =>
    row
      .map((cell, k) => cell.padEnd(widths[k] as number))
      .join('  ')
      .trimEnd(),
  );
}
