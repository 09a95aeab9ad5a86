import type { Feature } from '../features/layout.js';

export interface HeadToTrain {
  /** The `backbone` option as it was written. */
  readonly backbone: string;
  readonly feature?: Feature | undefined;
  readonly l2?: boolean | undefined;
  /** The `head` option as it was written. A head in a package is not written over. @default './models/head.onnx' */
  readonly head?: string | undefined;
}

/** What to do where a head is missing or does not fit. The one place that says so. */
export function howToTrain({ backbone, feature, l2, head = '' }: HeadToTrain): string {
  const out = /^(npm|hf|https?):|^$/.test(head) ? './models/head.onnx' : head.replace(/^file:/, '');
  const words = ['sv train', '--data <labels.csv>', `--backbone ${quoted(backbone)}`];
  if (feature) words.push(`--feature ${feature}`);
  if (l2) words.push('--l2');
  words.push(`--out ${quoted(out)}`);
  return `Train a head for this backbone: \`${words.join(' ')}\`, which comes with @streetvision/plugin-learn (not released yet); until then, tools/starter/train-head.ts in the repository.`;
}

/** For a POSIX shell. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
