import { mkdir, open, realpath, rename } from 'node:fs/promises';
import { dirname, posix, relative, resolve, sep } from 'node:path';
import { type Sample, SvError } from '@streetvision/core';
import { findKind } from '../formats/paths.js';
import { contentHash, countSamples } from './hash.js';
import { MANIFEST_VERSION, type Manifest, type ManifestHeader, type ManifestLine } from './types.js';

/** A sample that goes into a manifest, and the reference of the dataset it was read from. */
export interface ManifestSample {
  readonly sample: Sample;
  readonly sha256: string;
  /** As the user wrote it, and the folder that it starts from. */
  readonly from: { readonly ref: string; readonly dir: string };
  /** The id in the dataset it was read from, where it has another one now. */
  readonly id?: string;
}

export interface ManifestFacts extends Pick<ManifestHeader, 'name' | 'created' | 'split' | 'mix'> {
  /** Where it will be written: paths are relative to it. */
  readonly file: string;
}

/**
 * A manifest of samples, in their order. Pictures that are files are named by their path, relative to the folder that
 * they have in common; others by the dataset they are in. Links are followed: a reader of the manifest does not.
 */
export async function createManifest(samples: readonly ManifestSample[], facts: ManifestFacts): Promise<Manifest> {
  const { file, ...said } = facts;
  const folder = dirname(resolve(file));
  const files = new Map<string, string>();
  for (const { sample } of samples) {
    if (sample.file !== undefined)
      files.set(sample.file, await realpath(sample.file).catch(() => sample.file as string));
  }
  const here = await realpath(folder).catch(() => folder);
  const root = commonFolder([...files.values()]) ?? here;
  const refs = new Map<string, string>();
  const lines: ManifestLine[] = [];
  for (const { sample, sha256, from, id } of samples) {
    const { label, group, source, split, meta, boxes } = sample;
    let place: Pick<ManifestLine, 'file' | 'ref'>;
    if (sample.file !== undefined) place = { file: slashes(relative(root, files.get(sample.file) as string)) };
    else {
      const key = `${from.dir}\0${from.ref}`;
      const data = refs.get(key) ?? (await relativeRef(from.ref, from.dir, folder));
      refs.set(key, data);
      place = { ref: { data, id: id ?? sample.id } };
    }
    lines.push({
      id: sample.id,
      ...place,
      sha256,
      label,
      group,
      source,
      ...(split === undefined ? {} : { split }),
      ...(Object.keys(meta).length > 0 ? { meta } : {}),
      ...(boxes === undefined ? {} : { boxes }),
    });
  }
  const at = slashes(relative(here, root)) || '.';
  const { name, created, split, mix } = said;
  const header: ManifestHeader = {
    version: MANIFEST_VERSION,
    name,
    ...(created === undefined ? {} : { created }),
    sha256: contentHash(lines),
    ...(at === '.' ? {} : { root: at }),
    counts: countSamples(lines),
    ...(split === undefined ? {} : { split }),
    ...(mix === undefined ? {} : { mix }),
  };
  return { header, lines };
}

/** Writes a manifest: to another name first, so that nobody ever finds half of one. Throws `SV_OUTPUT_WRITE`. */
export async function writeManifest(file: string, { header, lines }: Manifest): Promise<void> {
  const path = resolve(file);
  // Always the same name: what a killed run left is overwritten by the next.
  const draft = `${path}.part`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const handle = await open(draft, 'w');
    try {
      await handle.appendFile(`${JSON.stringify(header)}\n`);
      for (let i = 0; i < lines.length; i += 1_000) {
        await handle.appendFile(
          lines
            .slice(i, i + 1_000)
            .map((line) => `${JSON.stringify(line)}\n`)
            .join(''),
        );
      }
    } finally {
      await handle.close();
    }
    await rename(draft, path);
  } catch (error) {
    throw new SvError(
      'SV_OUTPUT_WRITE',
      `The manifest \`${file}\` could not be written: ${(error as Error).message}.`,
      {
        cause: error,
      },
    );
  }
}

const slashes = (path: string) => path.split(sep).join('/');

function commonFolder(files: readonly string[]): string | undefined {
  const [first, ...rest] = files;
  if (first === undefined) return undefined;
  let folder = dirname(first);
  for (const file of rest) {
    while (file !== folder && !file.startsWith(folder.endsWith(sep) ? folder : folder + sep)) folder = dirname(folder);
  }
  return folder;
}

/** A reference to a path, seen from another folder; others, such as names of a hub, as they are. */
async function relativeRef(ref: string, dir: string, folder: string): Promise<string> {
  const [, prefix = '', rest = ref] = /^([a-z][\w-]+:)(?!\/\/|\\)(.*)$/s.exec(ref) ?? [];
  const [place = '', options] = rest.split('?', 2);
  if ((await findKind(resolve(dir, place))) === undefined) return ref;
  const path = slashes(relative(folder, resolve(dir, place))) || '.';
  return `${prefix}${posix.normalize(path)}${options === undefined ? '' : `?${options}`}`;
}
