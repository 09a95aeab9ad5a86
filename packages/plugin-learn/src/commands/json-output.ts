import { resolve } from 'node:path';
import type { CommandCall } from '@streetvision/core';
import { checkOutput } from '../files/check-output.js';
import { jsonText, writeJson } from '../files/write-file.js';

/** Where `--json` goes. */
export interface JsonOutput {
  /** It goes to standard output, which then holds nothing else. */
  readonly alone: boolean;
  /** Nothing without `--json`. Throws `SV_OUTPUT_WRITE`. */
  write(value: unknown): Promise<void>;
}

/** Says before the work starts whether `--json <file>` can be written; `-` is standard output. Throws `SV_OUTPUT_WRITE`. */
export async function jsonOutput({ options, cwd, print }: CommandCall): Promise<JsonOutput> {
  const { json } = options;
  if (json === undefined) return { alone: false, async write() {} };
  if (json === '-' || json === true) {
    return {
      alone: true,
      async write(value) {
        print(jsonText(value).trimEnd());
      },
    };
  }
  const file = resolve(cwd, String(json));
  await checkOutput(file);
  return { alone: false, write: (value) => writeJson(file, value) };
}
