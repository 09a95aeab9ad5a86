import type { MadePictures } from '../augment/made-pictures.js';

/** What a command says of the pictures it made. */
export function madeSummary({ counts, kept, skipped }: MadePictures, manifest: string): string {
  const labels = Object.entries(counts.labels).map(([label, count]) => `${count} ${label}`);
  const lines = [
    `${counts.samples} pictures: ${[...labels, ...(counts.unlabelled > 0 ? [`${counts.unlabelled} unlabelled`] : [])].join(', ')}`,
    ...(kept > 0 ? [`${kept} of them were there before`] : []),
    ...(skipped > 0 ? [`${skipped} left out`] : []),
    `manifest ${manifest}`,
  ];
  return lines.join('\n');
}
