import { createHash } from 'node:crypto';
import { isAbsolute } from 'node:path';
import { type LoadContext, type ModelRef, readOnnxFile, SvError } from '@streetvision/core';
import { DTYPES, type Dtype } from '../options.js';
import { type BackboneFacts, describeBackbone, findFile } from './describe.js';

/** A backbone whose files are on this disk, verified, and not yet open. */
export interface BackboneFiles extends Omit<BackboneFacts, 'folder' | 'graphs'> {
  readonly path: string;
  /** Over the graph and, where it keeps its weights in files beside it, over those too. Hex. */
  readonly sha256: string;
}

type Models = Pick<LoadContext, 'model'>;

/** Finds, fetches and verifies the files of a backbone. Throws `SV_BACKBONE_*`, `SV_MODEL_*`. */
export async function fetchBackbone(backbone: string, dtype: Dtype, ctx: Models): Promise<BackboneFiles> {
  return fetchFiles(await describeBackbone(backbone, ctx), dtype, ctx);
}

/** Fetches and verifies the graph of a backbone that was described. Throws `SV_MODEL_*`. */
export async function fetchFiles(facts: BackboneFacts, dtype: Dtype, ctx: Models): Promise<BackboneFiles> {
  const { folder, graphs, ...known } = facts;
  return { ...known, ...(await fetchGraph(folder, graphs, dtype, ctx)) };
}

async function fetchGraph(folder: ModelRef, stems: readonly string[], dtype: Dtype, ctx: Models) {
  const names = stems.map((stem) => `${stem}${DTYPES[dtype]}.onnx`);
  const { path, sha256, ref } = await findFile(folder, names, ctx);
  const beside = ref.slice(0, ref.lastIndexOf('/')) as ModelRef;
  const external = await externalData(path, ref);
  if (external.length === 0) return { path, sha256 };
  const all = createHash('sha256').update(sha256);
  for (const name of external) all.update((await findFile(beside, [name], ctx)).sha256);
  return { path, sha256: all.digest('hex') };
}

/** Names of the weight files beside a graph. A graph must not reach outside its folder. */
async function externalData(path: string, ref: ModelRef): Promise<readonly string[]> {
  const names = await externalNames(path);
  const outside = names.find((name) => name.split(/[\\/]/).includes('..') || isAbsolute(name));
  if (outside === undefined) return names;
  throw new SvError('SV_MODEL_FOLDER', `${ref} keeps weights outside its folder: ${outside}.`);
}

/** Of a file that is not ONNX nothing is known: the engine says what is wrong with it. */
async function externalNames(path: string): Promise<readonly string[]> {
  try {
    return (await readOnnxFile(path)).externalData;
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}
