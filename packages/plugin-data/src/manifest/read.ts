import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { type DataProblem, type Dataset, isSvError, SvError } from '@streetvision/core';
import { readLines } from '../formats/lines.js';
import { contentHash, countSamples } from './hash.js';
import { readHeader } from './header.js';
import { inOrder } from './in-order.js';
import type { Manifest, ManifestHeader, ManifestLine } from './types.js';

/** Reads a manifest whole. Throws `SV_DATA_FORMAT` where it has no header or a damaged line. */
export async function readManifest(file: string): Promise<Manifest> {
  let header: ManifestHeader | undefined;
  const lines: ManifestLine[] = [];
  for await (const { text, line } of readLines(file)) {
    const where = `${basename(file)} line ${line}`;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (cause) {
      throw new SvError('SV_DATA_FORMAT', `${where} is not JSON: ${JSON.stringify(text.slice(0, 40))}.`, { cause });
    }
    if (header) lines.push(value as ManifestLine);
    else header = readHeader(value, where) ?? noHeader(file);
  }
  return { header: header ?? noHeader(file), lines };
}

function noHeader(file: string): never {
  throw new SvError('SV_DATA_FORMAT', `${basename(file)} has no header, so it cannot be checked.`, {
    fix: 'Make a manifest of it: `sv data split <data> --out data.jsonl`.',
  });
}

/** What a check has found. */
export interface ManifestCheck {
  readonly samples: number;
  /** Whether samples, labels and groups are those that the header was written for. */
  readonly content: 'same' | 'changed';
  /** Whether the header counts what is there. */
  readonly counts: 'same' | 'changed';
  /** Pictures that are gone, cannot be read, or are others than they were. */
  readonly problems: readonly DataProblem[];
}

/**
 * Checks a manifest against its header, and its pictures against their hashes.
 * @param dataset the same manifest, opened; its pictures are read
 */
export async function checkManifest(
  { header, lines }: Manifest,
  dataset: Dataset,
  step: (failed: boolean) => void = () => undefined,
): Promise<ManifestCheck> {
  const problems: DataProblem[] = [];
  const pictures = inOrder(dataset.samples(), 4, async ({ id, sha256, read }): Promise<DataProblem | undefined> => {
    try {
      const found = createHash('sha256')
        .update(await read())
        .digest('hex');
      if (found === sha256) return undefined;
      return {
        where: id,
        code: 'SV_DATA_FORMAT',
        message: `The picture \`${id}\` has changed: its sha256 is ${found}.`,
      };
    } catch (error) {
      if (!isSvError(error)) throw error;
      return { where: id, code: error.code, message: error.message };
    }
  });
  for await (const problem of pictures) {
    step(problem !== undefined);
    if (problem) problems.push(problem);
  }
  const same = JSON.stringify(countSamples(lines)) === JSON.stringify(header.counts);
  return {
    samples: lines.length,
    content: contentHash(lines) === header.sha256 ? 'same' : 'changed',
    counts: same ? 'same' : 'changed',
    problems,
  };
}
