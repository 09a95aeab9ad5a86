import { readFile } from 'node:fs/promises';
import { isSvError, type ModelFile, type ModelRef, SvError, type TensorSpec } from '@streetvision/core';
import type { FeatureLayout } from '../features/layout.js';
import { noExport } from './export-recipe.js';
import { FAMILIES } from './families.js';
import { type BackboneLocation, locateBackbone } from './location.js';
import { parseModelConfig } from './model-config.js';
import { parsePreprocessor } from './preprocessor.js';

/** What is known of a backbone before its graph is there: by the table, or by the JSON files of its folder. */
export interface BackboneFacts {
  readonly id: string;
  readonly layout: FeatureLayout;
  readonly preprocessing: TensorSpec;
  /** Length of one feature vector; the graph is checked against it. */
  readonly dimension: number | undefined;
  readonly folder: ModelRef;
  /** Graph files without the dtype suffix and `.onnx`, the likeliest first. */
  readonly graphs: readonly string[];
}

/** Finds the file of a reference: fetched and verified, or looked for on this disk alone. */
export interface Finder<Found extends Pick<ModelFile, 'path'> = Pick<ModelFile, 'path'>> {
  model(ref: ModelRef): Promise<Found>;
}

/** Fetches no graph. Throws `SV_BACKBONE_*`, `SV_MODEL_*`. */
export async function describeBackbone(backbone: string, ctx: Finder): Promise<BackboneFacts> {
  const location = locateBackbone(backbone);
  return location.kind === 'table' ? ofTable(location) : ofFolder(location, ctx);
}

/** Its graph must be downloaded, unless it was before. */
export const isRemote = ({ folder }: BackboneFacts) => folder.startsWith('hf:');

type Location<Kind extends BackboneLocation['kind']> = Extract<BackboneLocation, { kind: Kind }>;

function ofTable({ entry }: Location<'table'>): BackboneFacts {
  if (entry.export === null) throw noExport(entry);
  const { id, preprocessing, dimension } = entry;
  const { stem, layout } = FAMILIES[entry.family];
  return { id, layout, preprocessing, dimension, folder: `hf:${entry.export}@main`, graphs: [`onnx/${stem}`] };
}

async function ofFolder({ ref, id }: Location<'folder'>, ctx: Finder): Promise<BackboneFacts> {
  const config = parseModelConfig(await readJson(ref, 'config.json', ctx), `${ref}/config.json`);
  const preprocessing = parsePreprocessor(
    await readJson(ref, 'preprocessor_config.json', ctx),
    `${ref}/preprocessor_config.json`,
  );
  const { layout, dimension, graphs } = config;
  return { id: config.id ?? id, layout, preprocessing, dimension, folder: ref, graphs };
}

async function readJson(folder: ModelRef, name: string, ctx: Finder): Promise<Record<string, unknown>> {
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

/** The first of `names` that the folder has. Throws `SV_MODEL_FOLDER` where it has none. */
export async function findFile<Found extends Pick<ModelFile, 'path'>>(
  folder: ModelRef,
  names: readonly string[],
  ctx: Finder<Found>,
): Promise<Found> {
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
