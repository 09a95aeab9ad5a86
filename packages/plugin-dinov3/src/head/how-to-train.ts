import { basename } from 'node:path';
import type { Feature } from '../features/layout.js';

export interface HeadToTrain {
  /** The `backbone` option as it was written. */
  readonly backbone: string;
  readonly feature?: Feature | undefined;
  readonly l2?: boolean | undefined;
  /** The `head` option as it was written. Its file is never written over. */
  readonly head?: string | undefined;
}

/** What to do where a head is missing or does not fit. The one place that says so. */
export function howToTrain({ backbone, feature, l2, head = '' }: HeadToTrain): string {
  const out = newFile(backbone, head);
  const words = ['sv train', '--data <labels.csv>', `--backbone ${quoted(backbone)}`];
  if (feature) words.push(`--feature ${feature}`);
  if (l2) words.push('--l2');
  words.push(`--out ${quoted(out)}`);
  return `Train a head for this backbone: \`${words.join(' ')}\`, which comes with @streetvision/plugin-learn (not released yet); until then, tools/starter/train-head.ts in the repository.`;
}

/** Named after the backbone; another number where the head at hand has that name. */
function newFile(backbone: string, head: string): string {
  const taken = basename(head);
  const name =
    (backbone.replace(/@[^/]*$/, '').match(/[\w.-]*\w(?=\W*$)/)?.[0] ?? '').replace(/^[.-]+/, '') || 'backbone';
  const names = [`${name}-head.onnx`, `${name}-head-2.onnx`];
  return `./models/${names.find((one) => one !== taken)}`;
}

/** For a POSIX shell. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
