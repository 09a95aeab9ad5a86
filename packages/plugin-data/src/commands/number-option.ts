import { SvError } from '@streetvision/core';

/** A number within bounds; `undefined` where the option was not given. Throws `SV_CLI_USAGE`. */
export function numberOption(
  value: unknown,
  flag: string,
  low: number,
  high: number,
  whole = true,
): number | undefined {
  if (value === undefined) return undefined;
  const number = String(value).trim() === '' ? Number.NaN : Number(value);
  if ((whole ? Number.isSafeInteger(number) : Number.isFinite(number)) && number >= low && number <= high)
    return number;
  const what = whole ? 'a whole number' : 'a number';
  throw new SvError('SV_CLI_USAGE', `${flag} received \`${value}\` and expects ${what} from ${low} to ${high}.`);
}
