import type { Sample } from '@streetvision/core';
import { stringify } from 'yaml';
import { countSamples } from '../manifest/hash.js';
import type { ExportFacts } from './types.js';

/** A dataset card for the Hugging Face hub. What nobody can know, such as the licence, it leaves to the author. */
export function datasetCard(
  samples: readonly Sample[],
  parts: readonly string[],
  { name, classes }: ExportFacts,
): string {
  const counts = countSamples(samples);
  const front = {
    pretty_name: name,
    task_categories: ['image-classification'],
    size_categories: [sizeOf(counts.samples)],
    configs: [{ config_name: 'default', data_files: parts.map((split) => ({ split, path: `data/${split}-*` })) }],
  };
  const labels = [...classes.map((label) => [label, counts.labels[label] ?? 0]), ['(unlabelled)', counts.unlabelled]];
  return `---
${stringify(front)}---

# ${name}

${counts.samples} pictures in ${counts.groups} groups. A group holds near-duplicates (a clip, a scene): split by it, never by picture.

| label | pictures |
|---|---|
${labels.map(([label, count]) => `| ${label} | ${count} |`).join('\n')}

| source | pictures |
|---|---|
${Object.entries(counts.sources)
  .map(([source, count]) => `| ${source} | ${count} |`)
  .join('\n')}

Columns: \`image\`, \`label\` (index of the class), \`scene_description\`, \`id\`, \`group\`, \`source\`, \`split\`, \`boxes\` (JSON: x, y, width and
height in pixels, label, score) and \`meta\` (JSON).

Before you publish: add the licence of the pictures, and say whether faces and number plates are blurred.
`;
}

function sizeOf(samples: number): string {
  if (samples < 1_000) return 'n<1K';
  for (const [limit, name] of [
    [1e4, '1K<n<10K'],
    [1e5, '10K<n<100K'],
    [1e6, '100K<n<1M'],
  ] as const) {
    if (samples < limit) return name;
  }
  return '1M<n<10M';
}
