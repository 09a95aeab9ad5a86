import { SvError } from '../errors/sv-error.js';

/** A whole number of at least `least`; `undefined` where the option was not given. Throws `SV_CLI_USAGE`. */
export function wholeNumber(value: unknown, flag: string, least = 1): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (Number.isSafeInteger(number) && number >= least && String(value).trim() !== '') return number;
  throw new SvError('SV_CLI_USAGE', `${flag} received \`${value}\` and expects a whole number of at least ${least}.`);
}

/** The one of several flags that was given. Throws `SV_CLI_USAGE` where two contradict each other. */
export function oneOf<Name extends string>(
  options: Readonly<Record<string, unknown>>,
  names: readonly Name[],
): Name | undefined {
  const given = names.filter((name) => options[name]);
  if (given.length < 2) return given[0];
  throw new SvError('SV_CLI_USAGE', `${given.map((name) => `--${name}`).join(' and ')} were given together.`, {
    fix: 'Give one of them.',
  });
}
