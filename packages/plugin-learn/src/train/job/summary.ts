import type { Imported } from './types.js';

/** An import in a few lines for people. @param out as the config would name it */
export function summariseImport(imported: Imported, out: string): string {
  const { kind, dimension, difference, validation, opsets, headWaits } = imported;
  const figure = (value: number | null) => (value === null ? '–' : value.toFixed(2));
  return [
    `Checked in: a ${kind} ${kind === 'model' ? 'that gives' : 'over'} ${dimension} features, opset ${opsets[''] ?? '–'}.`,
    difference === null
      ? 'The trainer gave no reference.json, so whether it answers as it did there is not known.'
      : `It answers as the trainer says, within ${difference.toPrecision(2)}.`,
    ...(validation
      ? [
          `On the ${validation.n} validation pictures of the job: AUROC ${figure(validation.auroc)}, balanced accuracy ${figure(validation.balancedAccuracy)}.`,
        ]
      : []),
    '',
    ...(kind === 'head'
      ? [`Next: set head: '${out}/head.onnx' in the config.`]
      : [
          `Next: set backbone: '${out}' in the config, then`,
          headWaits
            ? '`sv train --import` the same job again, with another --out, for the head that came with it.'
            : '`sv train` a head on it, and judge it only on pictures that are not in the job.',
        ]),
    '',
  ].join('\n');
}
