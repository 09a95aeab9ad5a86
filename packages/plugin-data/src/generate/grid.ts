import { readFile } from 'node:fs/promises';
import { SvError, type Task } from '@streetvision/core';
import { z } from 'zod';

const texts = z.array(z.string().min(1)).min(1);

const Subjects = z.strictObject({
  /** What the picture of this class shows beside the scene. An empty text: nothing more. */
  subjects: z.array(z.string()).min(1),
  /** What looks like another class and is not: orange cars, for one. */
  hard: texts.optional(),
  /** What must not be seen in this class. */
  negative: z.string().optional(),
});

const Grid = z.strictObject({
  /** Words in braces are replaced. @default '{style}, {scene}, {subject}, {weather}, {time}' */
  template: z.string().optional(),
  style: z.string().optional(),
  scenes: texts,
  weather: texts,
  times: texts,
  /** What must not be seen in any picture. */
  negative: z.string().optional(),
  classes: z.record(z.string(), Subjects),
});

/** What is combined to prompts: scene × weather × time × what each class shows. */
export type PromptGrid = z.infer<typeof Grid>;

const PLACES = ['style', 'scene', 'subject', 'weather', 'time'];

/** Checks a grid, and that its classes are those of the task. Throws `SV_DATA_FORMAT`. */
export function checkGrid(value: unknown, where: string, task: Task | undefined): PromptGrid {
  const grid = Grid.safeParse(value);
  if (!grid.success) {
    const mistakes = grid.error.issues.map(({ path, message }) => `${path.join('.') || 'grid'}: ${message}`);
    throw new SvError('SV_DATA_FORMAT', `The prompts of ${where} are wrong:\n  ${mistakes.join('\n  ')}`);
  }
  const classes = Object.keys(grid.data.classes);
  const unknown = classes.filter((name) => task && !task.classes.includes(name));
  if (classes.length === 0 || unknown.length > 0) {
    throw new SvError('SV_DATA_FORMAT', `The prompts of ${where} have the classes ${classes.join(', ') || 'none'}.`, {
      fix: task ? `Classes of the task are ${task.classes.join(', ')}.` : 'Name at least one.',
    });
  }
  for (const [place] of (grid.data.template ?? '').matchAll(/\{\w*\}/g)) {
    if (PLACES.includes(place.slice(1, -1))) continue;
    throw new SvError('SV_DATA_FORMAT', `The template of ${where} has \`${place}\`.`, {
      fix: `There are ${PLACES.join(', ')}.`,
    });
  }
  return grid.data;
}

/** The grid in a JSON or YAML file; without a file that of the task. Throws `SV_DATA_NOT_FOUND`, `SV_DATA_FORMAT`. */
export async function loadGrid(file: string | undefined, task: Task | undefined): Promise<PromptGrid> {
  if (file === undefined) {
    const known = (task?.knowledge as { prompts?: unknown } | undefined)?.prompts;
    if (known !== undefined) return checkGrid(known, `the task ${task?.name}`, task);
    const who = task
      ? `The task ${task.name} brings no prompts`
      : 'There is no config, and so no task that brings prompts';
    throw new SvError('SV_DATA_NOT_FOUND', `${who}.`, { fix: 'Name a file of them with --prompts.' });
  }
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new SvError('SV_DATA_NOT_FOUND', `The prompts ${file} could not be read: ${cause.code}.`, { cause });
  });
  const { parse } = await import('yaml');
  let value: unknown;
  try {
    value = parse(text);
  } catch (cause) {
    throw new SvError('SV_DATA_FORMAT', `${file} is neither JSON nor YAML: ${(cause as Error).message}`, { cause });
  }
  return checkGrid(value, file, task);
}
