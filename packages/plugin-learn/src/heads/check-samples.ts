import { SvError } from '@streetvision/core';
import type { FeatureSet } from './types.js';

const NAMED = 5;

/** Refuses features and labels that are no training set. Throws `SV_TRAIN_DATA`. */
export function checkTraining(set: FeatureSet, classes: number): void {
  checkRows(set, classes, 'train');
  const counts = new Array<number>(classes).fill(0);
  for (const label of set.labels) counts[label] = (counts[label] as number) + 1;
  const held = counts.filter((count) => count > 0).length;
  const shown = counts.map((count, c) => `${count} of class ${c}`).join(', ');
  if (held < 2) throw wrong(`All samples are of one class (${shown}).`, 'Add samples of the other class.');
  if (counts.some((count) => count < 2)) {
    throw wrong(`There are too few samples: ${shown}, expected at least 2 of each.`, 'Add samples of the rare class.');
  }
}

/** Refuses features and labels that cannot be judged. Throws `SV_TRAIN_DATA`. */
export function checkValidation(set: FeatureSet, dimension: number, classes: number, metric: string): void {
  if (set.dimension !== dimension) {
    throw wrong(`Validation features have length ${set.dimension}, those to train on ${dimension}.`);
  }
  checkRows(set, classes, 'validation');
  if (metric !== 'logLoss' && new Set(set.labels).size < 2) {
    throw wrong(
      `All validation samples are of class ${set.labels[0]}, so that \`${metric}\` is not defined.`,
      'Take other groups for validation, or metric logLoss.',
    );
  }
}

function checkRows({ features, dimension, labels, groups, weights }: FeatureSet, classes: number, part: string): void {
  const count = labels.length;
  if (!(Number.isInteger(dimension) && dimension > 0)) throw wrong(`The length of a feature is ${dimension}.`);
  if (count === 0) throw wrong(`There are no ${part} samples.`);
  if (features.length !== count * dimension) {
    throw wrong(
      `${count} samples of length ${dimension} need ${count * dimension} numbers, but ${features.length} came.`,
    );
  }
  if (groups.length !== count) throw wrong(`There are ${count} labels and ${groups.length} groups.`);
  if (weights && weights.length !== count) throw wrong(`There are ${count} labels and ${weights.length} weights.`);
  const unknown = labels.findIndex((label) => label >= classes);
  if (unknown >= 0) throw wrong(`Row ${unknown} is of class ${labels[unknown]}, but there are ${classes} classes.`);
  const light = weights?.findIndex((weight) => !(weight > 0 && Number.isFinite(weight))) ?? -1;
  if (light >= 0) throw wrong(`The weight of row ${light} is ${weights?.[light]}, expected a number above 0.`);
  const bad: number[] = [];
  for (let i = 0; i < count; i++) {
    for (let j = i * dimension; j < (i + 1) * dimension; j++) {
      if (Number.isFinite(features[j])) continue;
      bad.push(i);
      break;
    }
  }
  if (bad.length > 0) {
    const named = bad.slice(0, NAMED).join(', ') + (bad.length > NAMED ? ` and ${bad.length - NAMED} more` : '');
    throw wrong(
      `Features are NaN or infinite in ${bad.length} of ${count} ${part} rows: ${named}.`,
      'Compute these embeddings again, or leave the samples out.',
    );
  }
}

function wrong(message: string, fix?: string): SvError {
  return new SvError('SV_TRAIN_DATA', message, fix === undefined ? {} : { fix });
}
