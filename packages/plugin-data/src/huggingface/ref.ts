import { didYouMean, SvError } from '@streetvision/core';

/** What stands after the `?` of a parquet reference. */
export interface ParquetOptions {
  /** Only files of this split. */
  readonly split?: string | undefined;
  /** Only files of this folder: a configuration of the dataset. */
  readonly folder?: string | undefined;
  /** Column of the pictures. @default the first whose name holds `image` */
  readonly image?: string | undefined;
  /** Column of the class. @default `label` */
  readonly label?: string | undefined;
  /** Keeps the ranges that were downloaded. @default false */
  readonly keep: boolean;
  /** Asks the hub anew what the revision stands for. @default false */
  readonly update: boolean;
}

export interface HubDatasetRef {
  /** `org/name` */
  readonly repo: string;
  /** Branch, tag or commit. */
  readonly revision: string;
  readonly options: ParquetOptions;
}

const KEYS = ['split', 'folder', 'image', 'label', 'keep', 'update'];

/** Takes `org/name@revision?split=train` apart. Throws `SV_DATA_FORMAT`. */
export function parseHubRef(ref: string): HubDatasetRef {
  const { place, options } = splitOptions(ref);
  const [, repo, revision] = /^([\w.-]+\/[\w.-]+)(?:@([^\s@]+))?$/.exec(place) ?? [];
  // A part of dots alone would climb out of the folder it names.
  if (!repo || repo.split('/').some((part) => /^\.+$/.test(part))) {
    throw new SvError('SV_DATA_FORMAT', `\`hf:${ref}\` names no dataset.`, {
      fix: 'Write `hf:org/name`, `hf:org/name@revision` or `hf:org/name?split=train`.',
    });
  }
  return { repo, revision: revision ?? 'main', options };
}

/** Takes `path?image=photo` apart. Throws `SV_DATA_FORMAT`. */
export function splitOptions(ref: string): { place: string; options: ParquetOptions } {
  const mark = ref.lastIndexOf('?');
  const place = mark < 0 ? ref : ref.slice(0, mark);
  const given = new URLSearchParams(mark < 0 ? '' : ref.slice(mark + 1));
  for (const key of given.keys()) {
    if (KEYS.includes(key)) continue;
    throw new SvError('SV_DATA_FORMAT', `A parquet dataset has no option \`${key}\`.${didYouMean(key, KEYS)}`, {
      fix: `Options are ${KEYS.join(', ')}.`,
    });
  }
  const text = (key: string) => given.get(key) || undefined;
  const flag = (key: string) => given.has(key) && !['0', 'false'].includes(given.get(key) as string);
  return {
    place,
    options: {
      split: text('split'),
      folder: text('folder'),
      image: text('image'),
      label: text('label'),
      keep: flag('keep'),
      update: flag('update'),
    },
  };
}
