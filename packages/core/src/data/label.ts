import { didYouMean } from '../errors/suggest.js';
import { SvError } from '../errors/sv-error.js';
import type { Task } from '../types/index.js';

/**
 * The class that a dataset means: a name of a class, or of a task of two classes also 1, 0, true and false (1 is the
 * positive class). Case, `_`, `-` and blanks do not matter. Nothing, or an empty text, is no label: `null`.
 * Without a task a label is what it says. Throws `SV_DATA_LABEL`.
 *
 * @example readLabel('1', roadwork()) // 'roadwork'
 */
export function readLabel(value: unknown, task: Task | undefined): string | null {
  if (value === undefined || value === null || value === '') return null;
  const text = typeof value === 'bigint' ? String(value) : value;
  if (typeof text !== 'string' && typeof text !== 'number' && typeof text !== 'boolean') throw wrong(value, task);
  const said = String(text).trim();
  if (said === '') return null;
  if (!task) return said;
  const found = task.classes.find((name) => plain(name) === plain(said));
  if (found !== undefined) return found;
  if (task.classes.length === 2) {
    // Written as a table writes it: `0x1` or `1e0` is a slip, or something else.
    if (/^(1(\.0+)?|true|yes)$/i.test(said)) return task.positive;
    if (/^(0(\.0+)?|false|no|none)$/i.test(said)) {
      return task.classes.find((name) => name !== task.positive) as string;
    }
  }
  throw wrong(value, task);
}

const plain = (name: string) => name.toLowerCase().replace(/[\s_-]+/g, ' ');

function wrong(value: unknown, task: Task | undefined): SvError {
  const classes = task?.classes ?? [];
  const hint = typeof value === 'string' ? didYouMean(value, [...classes]) : '';
  return new SvError(
    'SV_DATA_LABEL',
    `The label ${typeof value === 'bigint' ? value : JSON.stringify(value)} is no class of the task.${hint}`,
    {
      fix: classes.length > 0 ? `Classes are ${classes.join(', ')}.` : 'A label is a text or a number.',
    },
  );
}
