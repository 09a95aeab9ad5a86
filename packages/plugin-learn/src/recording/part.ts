import { SvError } from '@streetvision/core';

/** Picks the part of a dataset that a command works on, one sample after the other. */
export interface Part {
  /** Whether the sample belongs to it. */
  takes(sample: { readonly split?: string }): boolean;
  /** Which part it was: a name, or `undefined` for all of the data. Throws `SV_DATA_SPLIT` where it was empty. */
  end(): string | undefined;
}

/**
 * @param asked the part that the user named, or several
 * @param fallback the part to take where nobody named one and the data has parts; without parts it is all of the data
 */
export function choosePart(asked: string | readonly string[] | undefined, fallback: readonly string[]): Part {
  const given = typeof asked === 'string' ? [asked] : asked;
  const seen = new Set<string | undefined>();
  let taken = 0;
  const names = () => given ?? ([...seen].some((split) => split !== undefined) ? fallback : undefined);
  return {
    takes({ split }) {
      seen.add(split);
      const wanted = names();
      const takes = wanted === undefined || (split !== undefined && wanted.includes(split));
      if (takes) taken++;
      return takes;
    },
    end() {
      const wanted = names();
      if (given === undefined && seen.size > 1 && seen.has(undefined)) {
        throw new SvError('SV_DATA_SPLIT', 'Some samples say which part of the data they belong to, and some do not.', {
          fix: 'Name the part with --split, or split all of the data.',
        });
      }
      if (wanted !== undefined && taken === 0 && seen.size > 0) {
        const parts = [...seen].filter((split) => split !== undefined);
        throw new SvError('SV_DATA_SPLIT', `The data has no samples in \`${wanted.join(' or ')}\`.`, {
          fix:
            parts.length > 0
              ? `Parts are ${parts.join(', ')}: name one with --split.`
              : 'It is not split: leave --split out.',
        });
      }
      return wanted?.join('+');
    },
  };
}
