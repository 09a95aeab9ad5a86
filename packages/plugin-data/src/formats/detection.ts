import { type Box, isSvError, readLabel, SvError, type Task } from '@streetvision/core';
import { optionsOf } from './reference.js';

/** What a user says of detection data that is to have one label per picture. */
export interface DetectionRule {
  /** Categories that mean the positive class. */
  readonly positive: readonly string[] | undefined;
  /** What a picture without any annotation is. */
  readonly unlabelled: 'unknown' | 'negative';
}

/** Takes the rule off a reference: `labels.json?positive=cone,barrier&unlabelled=negative`. Throws `SV_DATA_FORMAT`. */
export function detectionRule(ref: string): { readonly place: string; readonly rule: DetectionRule } {
  const { place, options } = optionsOf(ref, ['positive', 'unlabelled']);
  const { positive, unlabelled = 'unknown' } = options;
  if (unlabelled !== 'unknown' && unlabelled !== 'negative') {
    throw new SvError(
      'SV_DATA_FORMAT',
      `The option \`unlabelled\` is \`${unlabelled}\`, expected unknown or negative.`,
    );
  }
  const names = positive?.split(',').map((name) => name.trim());
  return { place, rule: { positive: names, unlabelled } };
}

/** A kind of object that boxes are labelled with. */
export interface Category {
  readonly name: string;
  readonly supercategory?: string;
}

/**
 * @param annotated whether somebody looked at the picture, also where nothing was found
 * @param spoilt whether a box of it could not be read: then it is positive or unknown
 */
export type LabelOfBoxes = (boxes: readonly Box[], annotated: boolean, spoilt?: boolean) => string | null;

/**
 * The label of a picture by its boxes: the positive class where any box is of a positive category; else another class
 * that a box names; else, for a task of two classes, the negative one where somebody looked at the picture. Positive
 * are the categories that the user names, or that are called, or whose supercategory is called, as the positive class.
 * Without a task and without named categories, the one category that all boxes have.
 *
 * Throws `SV_DATA_LABEL` where no category can be positive: a guess would turn every picture into a negative.
 */
export function labelOfBoxes(
  categories: readonly Category[],
  rule: DetectionRule,
  task: Task | undefined,
): LabelOfBoxes {
  const unknown = rule.positive?.find((name) => !categories.some((category) => alike(category.name, name)));
  if (unknown !== undefined) throw noCategory(`No category is called \`${unknown}\`.`, categories);
  if (!task) {
    return (boxes) => {
      const names = new Set(boxes.map(({ label }) => label));
      return names.size === 1 ? ([...names][0] as string) : null;
    };
  }
  const classes = new Map(
    categories.map(({ name, supercategory }) => {
      if (rule.positive?.some((one) => alike(one, name))) return [name, task.positive];
      const own = classOf(name, task) ?? (rule.positive ? undefined : classOf(supercategory, task));
      return [name, own];
    }),
  );
  const negative = task.classes.length === 2 ? (task.classes.find((name) => name !== task.positive) as string) : null;
  if (categories.length > 0 && ![...classes.values()].includes(task.positive)) {
    throw noCategory(`No category is \`${task.positive}\`, the positive class of the task.`, categories);
  }
  return (boxes, annotated, spoilt = false) => {
    const named = new Set(boxes.map(({ label }) => classes.get(label)).filter((name) => name !== undefined));
    if (named.has(task.positive)) return task.positive;
    if (spoilt) return null;
    if (named.size > 0) return named.size === 1 ? ([...named][0] as string) : null;
    return annotated || rule.unlabelled === 'negative' ? negative : null;
  };
}

const alike = (a: string, b: string) => plain(a) === plain(b);
const plain = (name: string) => name.toLowerCase().replace(/[\s_-]+/g, ' ');

function classOf(name: string | undefined, task: Task): string | undefined {
  if (name === undefined) return undefined;
  try {
    return readLabel(name, task) ?? undefined;
  } catch (error) {
    // A category that is no class is the usual case.
    if (isSvError(error)) return undefined;
    throw error;
  }
}

function noCategory(message: string, categories: readonly Category[]): SvError {
  const names = categories.map(({ name }) => name).join(', ');
  return new SvError('SV_DATA_LABEL', `${message} Categories are ${names}.`, {
    fix: 'Say which of them mean the positive class: `coco:labels.json?positive=cone,barrier`.',
  });
}
