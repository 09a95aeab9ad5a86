import type { Estimate, Figures, GroupFigures } from '../evaluate/figures.js';
import type { Card } from './card.js';

/** The model card, in words and tables. */
export function modelCard(card: Card): string {
  const { data, heldOut, redesigned, baselines, otherSources } = card;
  return `<!-- Written by tools/starter/make.ts. Do not edit. -->

# Model card: starter

A small backbone and head that say how likely a photo from the road shows roadwork. It ships in the package, so that
the first command needs no download. **It is a starter**: it finds safety orange, and little else. For real use swap the
backbone and train a head on your own pictures.

## What it is

- Backbone \`${card.backbone.id}\`, sha256 \`${card.backbone.sha256}\`: fixed convolutions written out as an ONNX graph;
  nothing in it is learned. The picture is stretched to 320 × 180, and its top quarter cut off. Each pixel is measured by
  ratios of red, green and blue against ranges of safety orange; two of the ranges are also looked for where the
  surroundings are grey. Of each of these maps the embedding holds the strongest small blob and the log of its share.
- Embedding: ${card.backbone.dimensions.length} numbers: ${card.backbone.dimensions.join('; ')}.
- Head: logistic regression as \`sv train\` makes it: both classes count the same, a clip counts as the square root of its
  pictures. Inverse L2 penalty ${card.c}, chosen by leaving out each clip in turn.
- Not calibrated: 0.5 separates the classes as if they were equally frequent.

## Data

${data.positive} pictures with and ${data.negative} without roadwork, from ${data.groups} dashcam clips of as many cities in the United States (sha256
of labels and pictures \`${data.sha256}\`). The clips are presumed to be of the CMU ROADWork data set, ODC-By 1.0. Labels
were set by eye; expect a few wrong ones. Only five clips have pictures without roadwork, so every figure below hangs on
five streets. No picture is in this package.

## How good it is

Leave one clip out: each clip is scored by a head that saw none of its pictures, its penalty chosen without it too. Near-duplicates
are trained on but not counted: ${heldOut.pictures.positive} pictures with and ${heldOut.pictures.negative} without roadwork. In brackets, 95 % of
2,000 bootstrap resamples of whole clips.

| | AUROC | balanced accuracy | MCC | accuracy |
|---|---|---|---|---|
${row('**starter**', heldOut)}
${row('starter, design chosen anew in every fold', redesigned.figures)}
${row('orange-pixel count, same trainer', baselines.orangePixels)}
${baselines.reference ? `${referenceRow(baselines.reference)}\n` : ''}${row('starter, near-duplicates counted too', card.heldOutWithDense)}
${row('starter on its own training pictures', card.itself)}

On the same resamples, the starter's AUROC exceeds that of the orange-pixel count by ${estimate(baselines.orangePixels.aurocGain)}${
    baselines.reference
      ? ` and that
of \`${baselines.reference.id}\` by ${estimate(baselines.reference.figures.aurocGain)}`
      : ''
  }.
An interval that holds 0 means that these clips do not settle which is better.
${baselines.reference ? referenceNote(baselines.reference) : ''}
**Which figure to trust.** The colour ranges were chosen while looking at these same clips, so the first row flatters. In
the second row a design is chosen anew in every fold, without the clip that is scored, among ${redesigned.candidates} heads over a grid of
colour ranges, surroundings and measures, the shipped design among them. Other ranges were looked at and are not in the
grid, and the idea itself was also had on these clips, so this row flatters too, only less.
Some two hundred single measures and a hundred combinations were looked at in all; most good ones lie between 0.90 and
0.94, closer together than twelve clips can tell apart. Copies of the pictures in other light and colour added nothing.

### By city, each clip left out

${byGroup(card.heldOutByGroup)}

### Other cameras

Pictures without roadwork from highway cameras that the head never saw. They are easy, and no measure of how often a
street without roadwork is called roadwork; for that see the false positives by city.

| source | pictures | called roadwork | highest probability |
|---|---|---|---|
${otherSources.map((s) => `| ${s.source} | ${s.negatives} | ${percent(s.falsePositiveRate)} | ${two(s.highest)} |`).join('\n')}

## What it misses

- Roadwork without safety orange in sight: machines, workers in yellow-green, red and white barriers, green tarpaulin.
- Cones that are far away, in deep shade or against the sun; everything at night.
- It is taken in by yellow warning signs, autumn leaves, orange cars and shop fronts.
- Other countries' colours, other seasons, other cameras: not measured.
`;
}

function row(name: string, f: Figures): string {
  return `| ${name} | ${[f.auroc, f.balancedAccuracy, f.mcc, f.accuracy].map(estimate).join(' | ')} |`;
}

function referenceRow({ id, width, height, figures }: NonNullable<Card['baselines']['reference']>): string {
  return row(`\`${id}\`, mean-pooled features at ${width} × ${height}, same trainer`, figures);
}

function referenceNote({ id, width, height }: NonNullable<Card['baselines']['reference']>): string {
  if (id !== 'resnet50-imagenet') return '';
  return `
\`${id}\` is a model folder that tools/demonstration/make-resnet-folder.ts makes of a ResNet-50 trained on ImageNet, its
weights rounded to eight bits. It stretches pictures to ${width} × ${height}, and the embedding is the mean over all places. Other
settings may do better: max pooling at 832 × 480 was reported at an AUROC of 0.83 elsewhere, and not measured here.
`;
}

function byGroup(groups: readonly GroupFigures[]): string {
  const lines = groups.map(
    (g) =>
      `| ${g.group} | ${g.positive} | ${g.negative} | ${percent(g.recall)} | ${percent(g.falsePositiveRate)} | ${g.auroc === null ? '–' : two(g.auroc)} |`,
  );
  return `| clip | with | without | found | false alarms | AUROC |\n|---|---|---|---|---|---|\n${lines.join('\n')}`;
}

const estimate = ({ value, low, high }: Estimate) => `${two(value)} [${two(low)}, ${two(high)}]`;
const two = (value: number) => value.toFixed(2);
const percent = (share: number | null) => (share === null ? '–' : `${Math.round(share * 100)} %`);
