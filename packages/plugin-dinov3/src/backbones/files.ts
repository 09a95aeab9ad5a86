import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import {
  isSvError,
  type LoadContext,
  type ModelFile,
  type ModelRef,
  readOnnxFile,
  SvError,
  type TensorSpec,
} from '@streetvision/core';
import type { FeatureLayout } from '../features/layout.js';
import { DTYPES, type Dtype } from '../options.js';
import { noExport } from './export-recipe.js';
import { FAMILIES } from './families.js';
import { type BackboneLocation, locateBackbone } from './location.js';
import { parseModelConfig } from './model-config.js';
import { parsePreprocessor } from './preprocessor.js';

/** A backbone whose files are on this disk, verified, and not yet open. */
export interface BackboneFiles {
  readonly id: string;
  readonly path: string;
  /** Over the graph and, where it keeps its weights in files beside it, over those too. Hex. */
  readonly sha256: string;
  readonly layout: FeatureLayout;
  readonly preprocessing: TensorSpec;
  /** Length of one feature vector by the table or config.json; the graph is checked against it. */
  readonly dimension: number | undefined;
}

type Models = Pick<LoadContext, 'model'>;

/** Finds, fetches and verifies the files of a backbone. Throws `SV_BACKBONE_*`, `SV_MODEL_*`. */
export async function fetchBackbone(backbone: string, dtype: Dtype, ctx: Models): Promise<BackboneFiles> {
  const location = locateBackbone(backbone);
  return location.kind === 'table' ? fromTable(location, dtype, ctx) : fromFolder(location, dtype, ctx);
}

type Location<Kind extends BackboneLocation['kind']> = Extract<BackboneLocation, { kind: Kind }>;

async function fromTable({ entry }: Location<'table'>, dtype: Dtype, ctx: Models): Promise<BackboneFiles> {
  if (entry.export === null) throw noExport(entry);
  const { stem, layout } = FAMILIES[entry.family];
  const folder: ModelRef = `hf:${entry.export}@main`;
  const graph = await fetchGraph(folder, [`onnx/${stem}`], dtype, ctx);
  return { id: entry.id, ...graph, layout, preprocessing: entry.preprocessing, dimension: entry.dimension };
}

async function fromFolder({ ref, id }: Location<'folder'>, dtype: Dtype, ctx: Models): Promise<BackboneFiles> {
  const config = parseModelConfig(await readJson(ref, 'config.json', ctx), `${ref}/config.json`);
  const preprocessing = parsePreprocessor(
    await readJson(ref, 'preprocessor_config.json', ctx),
    `${ref}/preprocessor_config.json`,
  );
  const graph = await fetchGraph(ref, config.graphs, dtype, ctx);
  return { id: config.id ?? id, ...graph, layout: config.layout, preprocessing, dimension: config.dimension };
}

async function readJson(folder: ModelRef, name: string, ctx: Models): Promise<Record<string, unknown>> {
  const file = await findFile(folder, [name], ctx);
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file.path, 'utf8'));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new SvError('SV_MODEL_FOLDER', `${folder}/${name} is not JSON: ${cause.message}.`, { cause });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new SvError('SV_MODEL_FOLDER', `${folder}/${name} does not hold an object.`);
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

async function findFile(folder: ModelRef, names: readonly string[], ctx: Models): Promise<ModelFile> {
  for (const name of names) {
    try {
      return await ctx.model(`${folder}/${name}` as ModelRef);
    } catch (error) {
      if (!isSvError(error) || error.code !== 'SV_MODEL_NOT_FOUND') throw error;
    }
  }
  throw new SvError('SV_MODEL_FOLDER', `Model folder ${folder} has no ${names.join(' and no ')}.`, {
    fix: 'A model folder holds config.json, preprocessor_config.json and onnx/model.onnx (onnx/model_fp16.onnx for dtype fp16, and so on).',
  });
}
