import { resolve } from 'node:path';
import { type DataProblem, type Dataset, type Project, SvError } from '@streetvision/core';

/** A path that the user wrote, from where the command was called. */
export const filePath = (value: unknown, cwd: string): string | undefined =>
  value === undefined ? undefined : resolve(cwd, String(value));

/** An option that may be given several times or hold several values. */
export const listOrNone = (value: unknown): readonly string[] =>
  value === undefined ? [] : (Array.isArray(value) ? value : [value]).map(String);

export function list(value: unknown): readonly string[] | undefined {
  const values = listOrNone(value);
  return values.length > 0 ? values : undefined;
}

/** `{ [key]: number }`, or nothing where the option was not given. Throws `SV_CLI_USAGE`. */
export function number<Key extends string>(key: Key, value: unknown): { [K in Key]?: number } {
  if (value === undefined) return {};
  const read = Number(value);
  if (!Number.isFinite(read) || String(value).trim() === '') throw usage(key, value, 'a number');
  return { [key]: read } as { [K in Key]?: number };
}

export function wholeNumber<Key extends string>(key: Key, value: unknown, least = 0): { [K in Key]?: number } {
  const read = number(key, value);
  const given = read[key];
  if (given !== undefined && !(Number.isSafeInteger(given) && given >= least)) {
    throw usage(key, value, `a whole number from ${least} on`);
  }
  return read;
}

export function share<Key extends string>(key: Key, value: unknown): { [K in Key]?: number } {
  const read = number(key, value);
  const given = read[key];
  if (given !== undefined && !(given >= 0 && given <= 1)) throw usage(key, value, 'a number from 0 to 1');
  return read;
}

/** `glm=0.002`: what it costs to ask a stage once. Throws `SV_CLI_USAGE`. */
export function pricesOf(values: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    values.map((value) => {
      const at = value.lastIndexOf('=');
      const price = Number(value.slice(at + 1));
      if (at < 1 || value.slice(at + 1).trim() === '' || !(price >= 0 && Number.isFinite(price))) {
        throw usage('price', value, 'a stage and what asking it once costs, such as glm=0.002');
      }
      return [value.slice(0, at), price];
    }),
  );
}

function usage(key: string, value: unknown, expected: string): SvError {
  const flag = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return new SvError('SV_CLI_USAGE', `--${flag} received \`${value}\`, expected ${expected}.`);
}

/** Opens the dataset that was named, and remembers what it leaves out, however often it is read. */
export async function openData(
  project: Project,
  options: Readonly<Record<string, unknown>>,
): Promise<{ readonly dataset: Dataset | undefined; readonly problems: () => readonly DataProblem[] }> {
  const told = new Map<string, DataProblem>();
  const problem = (one: DataProblem) => void told.set(`${one.where} ${one.code}`, one);
  const group = options.group === undefined ? {} : { group: String(options.group) };
  const dataset =
    typeof options.data === 'string' ? await project.dataset(options.data, { ...group, problem }) : undefined;
  return { dataset, problems: () => [...told.values()] };
}
