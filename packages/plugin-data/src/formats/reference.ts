import { didYouMean, SvError } from '@streetvision/core';

/**
 * Takes the options off a reference: `labels.json?positive=cone,barrier`. Throws `SV_DATA_FORMAT` for an option that is
 * not among `known`.
 */
export function optionsOf<Name extends string>(
  ref: string,
  known: readonly Name[],
): { readonly place: string; readonly options: Readonly<Partial<Record<Name, string>>> } {
  const at = ref.indexOf('?');
  if (at < 0) return { place: ref, options: {} as Partial<Record<Name, string>> };
  const options: Partial<Record<Name, string>> = {};
  for (const [name, value] of new URLSearchParams(ref.slice(at + 1))) {
    if (!known.includes(name as Name)) {
      throw new SvError(
        'SV_DATA_FORMAT',
        `The reference \`${ref}\` has the option \`${name}\`.${didYouMean(name, known)}`,
        {
          fix: `Options are ${known.join(', ')}.`,
        },
      );
    }
    options[name as Name] = value;
  }
  return { place: ref.slice(0, at) || '.', options };
}

/** A reference without its options. */
export const placeOf = (ref: string) => ref.split('?')[0] || '.';
