import { SvError } from '@streetvision/core';
import { z } from 'zod';
import { MANIFEST_VERSION, type ManifestHeader } from './types.js';

const count = z.number().int().nonnegative();
const counts = z.record(z.string(), count);

const header = z.object({
  version: z.literal(MANIFEST_VERSION),
  name: z.string(),
  created: z.string().optional(),
  sha256: z.string().regex(/^[\da-f]{64}$/, 'expected 64 hex digits'),
  root: z.string().optional(),
  counts: z.object({
    samples: count,
    labels: counts,
    unlabelled: count,
    groups: count,
    sources: counts,
    splits: counts,
  }),
  split: z
    .object({
      seed: z.number(),
      parts: z.record(z.string(), z.number()),
      group: z.string().optional(),
      nearDuplicates: z.object({ radius: z.number(), joined: count }).optional(),
    })
    .optional(),
  mix: z.record(z.string(), z.unknown()).optional(),
});

/**
 * The header, where the first line of a JSONL file is one: an object with `version` and `counts`. Lists of pictures
 * without a header are read too. Throws `SV_DATA_FORMAT` for a header of another version or form.
 */
export function readHeader(line: unknown, where: string): ManifestHeader | undefined {
  if (typeof line !== 'object' || line === null || !('version' in line) || !('counts' in line)) return undefined;
  if (line.version !== MANIFEST_VERSION) {
    throw new SvError(
      'SV_DATA_FORMAT',
      `${where}: the manifest has version ${JSON.stringify(line.version)}, expected ${MANIFEST_VERSION}.`,
      {
        fix: 'Update @streetvision/plugin-data, or make the manifest again with `sv data split`.',
      },
    );
  }
  const { success, data, error } = header.safeParse(line);
  if (success) return data as ManifestHeader;
  const [issue] = error.issues;
  throw new SvError('SV_DATA_FORMAT', `${where}: \`${issue?.path.join('.')}\` of the header: ${issue?.message}.`, {
    fix: 'Make the manifest again with `sv data split`.',
  });
}
