import { basename, dirname } from 'node:path';

export interface HeadToTrain {
  /** Name of the stage. */
  readonly name?: string | undefined;
  /** The `backbone` option as it was written. */
  readonly backbone: string;
  /** The `head` option as it was written. Its folder is never written to. */
  readonly head?: string | undefined;
}

/** What to do where a head is missing or does not fit. The one place that says so. */
export function howToTrain({ name = DEFAULT_STAGE, backbone, head = '' }: HeadToTrain): string {
  const out = newFolder(backbone, head);
  const command = trainInto(name, out);
  return `Train a head for this backbone: \`${command}\` (it comes with @streetvision/plugin-learn), then set head: '${out}/head.onnx'.`;
}

/** The command that trains a head into a folder. */
export const trainInto = (name: string = DEFAULT_STAGE, out: string): string =>
  `sv train --data <labels.csv> --stage ${quoted(name)} --out ${quoted(out)}`;

/** The stage's name where the options give none. */
export const DEFAULT_STAGE = 'dinov3';

/** Named after the backbone; another number where the head at hand lies there. */
function newFolder(backbone: string, head: string): string {
  const taken = basename(dirname(head));
  const name =
    (backbone.replace(/@[^/]*$/, '').match(/[\w.-]*\w(?=\W*$)/)?.[0] ?? '').replace(/^[.-]+/, '') || 'backbone';
  const names = [`${name}-head`, `${name}-head-2`];
  return `./models/${names.find((one) => one !== taken)}`;
}

/** For a POSIX shell. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
