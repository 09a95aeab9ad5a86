import type { Manifest } from '../manifest/types.js';

/** Fewer groups than this say little, however many pictures they hold. */
const FEW = 10;

/** What each part holds: pictures, groups, classes; with a word where groups are few. */
export function partTable({ lines: samples, header }: Manifest): string {
  const order = Object.keys(header.split?.parts ?? header.counts.splits);
  const parts = order.map((part) => {
    const own = samples.filter(({ split }) => split === part);
    const classes = new Map<string, number>();
    for (const { label } of own) if (label !== null) classes.set(label, (classes.get(label) ?? 0) + 1);
    const groups = new Set(own.map(({ group }) => group)).size;
    const counts = [...classes].sort().map(([label, count]) => `${count} ${label}`);
    return { part, pictures: own.length, groups, counts };
  });
  const width = Math.max(...parts.map(({ part }) => part.length));
  const rows = parts.map(
    ({ part, pictures, groups, counts }) =>
      `  ${part.padEnd(width)}  ${pictures} pictures in ${groups} groups: ${counts.join(', ')}\n`,
  );
  const few = parts.filter(({ groups }) => groups < FEW).map(({ part }) => part);
  const word = `! ${few.join(' and ')}: fewer than ${FEW} groups. Pictures of a group are alike, so figures and promises of it rest on little.\n`;
  return rows.join('') + (few.length > 0 ? word : '');
}
