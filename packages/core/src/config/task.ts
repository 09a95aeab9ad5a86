import { SvError } from '../errors/sv-error.js';
import type { Task } from '../types/index.js';
import { makeNamed, type Wanted } from './entry.js';
import { mistakes } from './mistakes.js';
import { pathText, received } from './received.js';
import { taskObject } from './schema.js';

const TASK: Wanted = { what: 'task', missing: 'SV_TASK_NOT_FOUND', invalid: 'SV_TASK_INVALID' };

/** The task of a config. Throws `SV_TASK_INVALID`, `SV_TASK_NOT_FOUND`. */
export async function resolveTask(entry: unknown, dir: string): Promise<Task | undefined> {
  const given = await entry;
  if (given === undefined) return undefined;
  if (typeof given === 'string') return checkTask(await makeNamed([given], { path: 'task', dir, wanted: TASK }), given);
  if (!Array.isArray(given)) return checkTask(given);
  const [name, options] = given as [string, unknown];
  return checkTask(await makeNamed([name, options], { path: 'task', dir, wanted: TASK }), name);
}

function checkTask(given: unknown, from?: string): Task {
  const label = from === undefined ? 'task' : `task (${from})`;
  const parsed = taskObject.safeParse(given, { reportInput: true });
  if (!parsed.success) {
    throw new SvError('SV_TASK_INVALID', `${label}: ${mistakes(parsed.error).join(' ')}`, {
      fix: 'A task is what defineTask({ name, classes, positive }) returns.',
    });
  }
  const task = given as Task;
  const repeated = task.classes.findIndex((name, index) => task.classes.indexOf(name) < index);
  if (repeated >= 0) {
    throw new SvError(
      'SV_TASK_INVALID',
      `${label}: ${pathText(['classes', repeated])} repeats \`${task.classes[repeated]}\`.`,
      {
        fix: 'Name each class once.',
      },
    );
  }
  if (!task.classes.includes(task.positive)) {
    throw new SvError(
      'SV_TASK_INVALID',
      `${label}: positive is ${received(task.positive)}, expected one of ${task.classes.join(', ')}.`,
    );
  }
  return task;
}
