import { basename, resolve } from 'node:path';
import {
  type DataContext,
  type DataFormat,
  didYouMean,
  isSvError,
  readLabel,
  SvError,
  type Task,
} from '@streetvision/core';
import { datasetOf } from './dataset.js';
import { findKind } from './paths.js';
import type { Row } from './row.js';
import { nothingSkipped, tellSkipped } from './skipped.js';
import { splitOfName } from './split-names.js';
import { walkPictures } from './walk.js';

/** Folders of these names hold pictures that nobody has labelled. */
const UNLABELLED = /^_?unlabell?ed$/i;

/**
 * Folders that are named after classes: `roadwork/`, `no_roadwork/`. What lies between a class and its pictures is
 * their group, so that `roadwork/clip7` and `no_roadwork/clip7` stay together. A first folder `train`, `val` or `test`
 * is the part of the data. Pictures outside of every class have no label.
 */
export const folder: DataFormat<'folder'> = {
  name: 'folder',
  description: 'a folder with a folder of pictures per class: roadwork/, no_roadwork/',
  detect: async (ref, ctx) => (await findKind(resolve(ctx.dir, ref))) === 'folder',
  async open(ref, ctx) {
    const root = resolve(ctx.dir, ref);
    const kind = await findKind(root);
    if (kind !== 'folder') {
      const what = kind === 'file' ? `\`${ref}\` is a file, expected a folder.` : `There is no folder \`${ref}\`.`;
      throw new SvError('SV_DATA_NOT_FOUND', what, { fix: `Paths start from ${resolve(ctx.dir)}.` });
    }
    const files: string[] = [];
    const skipped = nothingSkipped();
    for await (const file of walkPictures(root, skipped)) files.push(file);
    if (files.length === 0) {
      const others = [...skipped.pictures].map(([extension, { count }]) => `${count} ${extension}`);
      const found = others.length > 0 ? ` that is read, and ${others.join(', ')}` : '';
      throw new SvError('SV_DATA_EMPTY', `The folder \`${ref}\` holds no picture${found}.`, {
        fix: 'Expected one folder per class with jpg, png, webp, avif, tiff or gif files in it.',
      });
    }
    const classes = findClasses(files, ctx.task);
    if (!classes && ctx.task) warnOfNames(files, ref, ctx.task, ctx);
    const rows = function* () {
      yield* rowsOf(files, classes, root, ctx);
      tellSkipped(skipped, ctx);
    };
    return datasetOf({ name: ref, root, count: files.length, rows }, ctx);
  },
};

/** What the folders above a picture say. */
interface Place {
  readonly split: string | undefined;
  /** Name of the class folder; `null` for pictures that nobody has labelled. */
  readonly label: string | null;
  /** Folders besides those, joined. */
  readonly rest: string;
  /** The outermost folder that could have been a class and is none. */
  readonly stranger?: string;
}

type Classes = (folder: string) => boolean;

/** With a task its classes; without one, every outermost folder. Nothing where no folder is a class. */
function findClasses(files: readonly string[], task: Task | undefined): Classes | undefined {
  if (!task) return () => true;
  const isClass = (name: string) => {
    try {
      return readLabel(name, task) !== null;
    } catch (error) {
      if (isSvError(error)) return false;
      throw error;
    }
  };
  const folders = new Set(files.flatMap((file) => file.split('/').slice(0, -1)));
  const known = new Set([...folders].filter(isClass));
  return known.size === 0 ? undefined : (name) => known.has(name);
}

/** Where folders have names and none is a class, somebody may have misspelt them all. */
function warnOfNames(files: readonly string[], ref: string, task: Task, ctx: DataContext): void {
  const outer = new Set(files.flatMap((file) => file.split('/').slice(0, -1)));
  const names = [...outer].filter((name) => !UNLABELLED.test(name) && splitOfName(name) === undefined);
  if (names.length === 0) return;
  const hints = names.flatMap((name) => {
    const hint = didYouMean(name, [...task.classes]);
    return hint === '' ? [] : [`\`${name}\`:${hint}`];
  });
  ctx.log.warn(
    [
      `No folder of \`${ref}\` is called as a class (${task.classes.join(', ')}), so no picture has a label.`,
      ...hints.slice(0, 5),
    ].join(' '),
  );
}

function placeOf(file: string, isClass: Classes | undefined, hasTask: boolean): Place {
  const folders = file.split('/').slice(0, -1);
  // A folder `train` is a class where the task is about vehicles.
  const outer = folders.length > 1 || !isClass;
  const split = outer && !(hasTask && isClass?.(folders[0] as string)) ? splitOfName(folders[0]) : undefined;
  const inner = split === undefined ? folders : folders.slice(1);
  const none = inner.findIndex((name) => UNLABELLED.test(name));
  const at = none >= 0 ? none : isClass ? inner.findIndex(isClass) : -1;
  const rest = inner.filter((_, i) => i !== at).join('/');
  if (at >= 0) return { split, label: none >= 0 ? null : (inner[at] as string), rest };
  const [stranger] = inner;
  return { split, label: null, rest, ...(stranger !== undefined && isClass ? { stranger } : {}) };
}

function* rowsOf(
  files: readonly string[],
  classes: Classes | undefined,
  root: string,
  ctx: DataContext,
): Generator<Row> {
  const strangers = new Map<string, number>();
  for (const file of files) {
    const { split, label, rest, stranger } = placeOf(file, classes, ctx.task !== undefined);
    if (stranger !== undefined) strangers.set(stranger, (strangers.get(stranger) ?? 0) + 1);
    else yield { where: file, file, label, split, ...(rest === '' ? {} : { group: rest, meta: { folder: rest } }) };
  }
  for (const [name, count] of strangers) {
    const message = labelProblem(name, ctx.task);
    ctx.problem({
      where: `${basename(root)}/${name}/`,
      code: 'SV_DATA_LABEL',
      message: `${message} ${count} pictures.`,
    });
  }
}

function labelProblem(name: string, task: Task | undefined): string {
  try {
    readLabel(name, task);
  } catch (error) {
    if (isSvError(error)) return error.message;
    throw error;
  }
  return '';
}
