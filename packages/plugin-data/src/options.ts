import { didYouMean, SvError } from '@streetvision/core';

/** A dataset with a name, as a config may hold it. */
export interface SetOptions {
  /** As on the command line, from the folder of the config: `photos`, `labels.csv`, `coco:labels.json?positive=cone`. */
  readonly ref: string;
  /** Column or key that says which pictures belong together; `--group` goes before it. */
  readonly group?: string;
  /** What all its samples are said to come from, such as `real`. */
  readonly source?: string;
  /** Only the first so many samples. */
  readonly limit?: number;
}

/** Options of `data()`. */
export interface DataOptions {
  /** Datasets by name: `--data city` opens one, `sv run source:city` runs its pictures. */
  readonly sets?: Readonly<Record<string, string | SetOptions>>;
}

const KEYS = ['ref', 'group', 'source', 'limit'];

/** The sets of a config. Throws `SV_CONFIG_INVALID` with the key that is wrong. */
export function readSets(options: DataOptions): ReadonlyMap<string, SetOptions> {
  const unknown = Object.keys(options).find((key) => key !== 'sets');
  if (unknown !== undefined) {
    throw new SvError('SV_CONFIG_INVALID', `data() has no option \`${unknown}\`.${didYouMean(unknown, ['sets'])}`, {
      fix: 'Its only option is `sets`.',
    });
  }
  return new Map(Object.entries(options.sets ?? {}).map(([name, set]) => [name, readSet(name, set)]));
}

function readSet(name: string, set: string | SetOptions): SetOptions {
  const wrong = (what: string, fix: string) =>
    new SvError('SV_CONFIG_INVALID', `data() \`sets.${name}\`${what}`, { fix });
  if (!/^[a-z][\w-]*$/i.test(name))
    throw wrong(' is no name.', 'Take letters, digits, `-` and `_`, and a letter first.');
  const { ref, group, source, limit, ...rest } = typeof set === 'string' ? { ref: set } : (set ?? {});
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined)
    throw wrong(` has no key \`${unknown}\`.${didYouMean(unknown, KEYS)}`, `Keys are ${KEYS.join(', ')}.`);
  if (typeof ref !== 'string' || ref === '') {
    throw wrong(`.ref is ${JSON.stringify(ref)}.`, 'Expected a reference, such as `photos` or `labels.csv`.');
  }
  if (limit !== undefined && !(Number.isSafeInteger(limit) && limit > 0)) {
    throw wrong(`.limit is ${JSON.stringify(limit)}.`, 'Expected a whole number above 0.');
  }
  for (const [key, value] of Object.entries({ group, source })) {
    if (value !== undefined && typeof value !== 'string')
      throw wrong(`.${key} is ${JSON.stringify(value)}.`, 'Expected a text.');
  }
  return {
    ref,
    ...(group === undefined ? {} : { group }),
    ...(source === undefined ? {} : { source }),
    ...(limit === undefined ? {} : { limit }),
  };
}
