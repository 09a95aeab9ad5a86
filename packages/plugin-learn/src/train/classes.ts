import { SvError, type Task } from '@streetvision/core';

export interface Classes {
  /** Of two classes the second is the positive one. */
  readonly names: readonly [string, string, ...string[]];
  readonly positive: string;
}

/**
 * The classes of a head: those of the task, or without a task those of the labels.
 * Throws `SV_TRAIN_DATA` for one class only, `SV_TRAIN_OPTIONS` where the positive class is not known.
 */
export function classesOf(labels: readonly string[], task: Task | undefined, positive?: string): Classes {
  const present = [...new Set(labels)].sort();
  if (present.length < 2) {
    throw new SvError('SV_TRAIN_DATA', `Every sample is labelled \`${present[0] ?? ''}\`: one class teaches nothing.`, {
      fix: task
        ? `Add samples of ${task.classes.filter((name) => name !== present[0]).join(' or ')}.`
        : 'Add samples of another class.',
    });
  }
  const names = task ? [...task.classes] : present;
  const chosen = task?.positive ?? positive ?? (names.length === 2 && names.join() === '0,1' ? '1' : undefined);
  if (chosen === undefined || !names.includes(chosen)) {
    const what =
      chosen === undefined
        ? 'The config has no task, so which class is positive is not known'
        : `\`${chosen}\` is no class`;
    throw new SvError('SV_TRAIN_OPTIONS', `${what}. Classes are ${names.join(', ')}.`, {
      fix: `Name it: --positive ${names.at(-1)}; or give the config a task.`,
    });
  }
  if (!canTrain(labels, names)) {
    const counts = names.map((name) => `${labels.filter((label) => label === name).length} of ${name}`).join(', ');
    throw new SvError('SV_TRAIN_DATA', `There are too few samples: ${counts}, expected at least 2 of each.`, {
      fix: 'Add samples of the rare class.',
    });
  }
  const ordered = names.length === 2 ? [...names.filter((name) => name !== chosen), chosen] : names;
  return { names: ordered as unknown as Classes['names'], positive: chosen };
}

/** Whether there is something to learn of every class. */
export const canTrain = (labels: readonly (string | undefined)[], classes: readonly string[]): boolean =>
  classes.every((name) => labels.filter((label) => label === name).length >= 2);
