import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Finding, isSvError, localModelPath, type ModelRef, type Plugin } from '@streetvision/core';
import { type BackboneFacts, describeBackbone } from './backbones/describe.js';
import { noExport } from './backbones/export-recipe.js';
import { FAMILIES } from './backbones/families.js';
import { type BackboneLocation, locateBackbone } from './backbones/location.js';
import { headDifferences, headInput, taskDifferences } from './head/check.js';
import { howToTrain } from './head/how-to-train.js';
import { type HeadMetadata, readHeadMetadata } from './head/metadata.js';
import { headRef } from './load.js';
import type { Dinov3Options } from './options.js';

type Context = Pick<Parameters<NonNullable<Plugin['doctor']>>[0], 'dir' | 'task'>;

/** What `sv doctor` reports: is the backbone known, are the files there, is there a head, for these classes. Loads no graph. */
export async function diagnose(options: Dinov3Options, ctx: Context): Promise<readonly Finding[]> {
  return [...(await diagnoseBackbone(options, ctx)), ...(await diagnoseHead(options, ctx))];
}

async function diagnoseBackbone({ backbone }: Dinov3Options, ctx: Context): Promise<readonly Finding[]> {
  let location: BackboneLocation;
  try {
    location = locateBackbone(backbone);
  } catch (error) {
    if (!isSvError(error)) throw error;
    return [problem(error.message, error.fix)];
  }
  if (location.kind === 'folder') return diagnoseFolder(location.ref, ctx);
  const { entry } = location;
  if (entry.export === null) {
    const error = noExport(entry);
    return [problem(error.message, error.fix)];
  }
  const { licence } = FAMILIES[entry.family];
  return [
    {
      level: 'ok',
      message: `backbone ${entry.id}: ${entry.dimension} features, from ${entry.export}; licence: ${licence}`,
    },
  ];
}

async function diagnoseFolder(ref: ModelRef, ctx: Context): Promise<readonly Finding[]> {
  if (!ref.startsWith('file:')) return [{ level: 'ok', message: `backbone folder ${ref}, checked when it loads` }];
  const folder = pathOf(ref, ctx.dir);
  const missing: string[] = [];
  for (const name of ['config.json', 'preprocessor_config.json']) {
    if (!(await exists(join(folder, name)))) missing.push(name);
  }
  if (missing.length === 0) return [{ level: 'ok', message: `backbone folder ${folder}` }];
  return [
    problem(
      `backbone folder ${folder} lacks ${missing.join(' and ')}`,
      'Put it there, or correct `backbone`; paths start from the folder of the config.',
    ),
  ];
}

async function diagnoseHead(options: Dinov3Options, ctx: Context): Promise<readonly Finding[]> {
  const { head } = options;
  if (head === undefined) return [problem('no `head` was given, so the stage cannot answer', howToTrain(options))];
  const ref = headRef(head);
  try {
    const path = await localModelPath(ref, ctx.dir);
    if (path === undefined) return [{ level: 'ok', message: `head ${ref}, checked when it loads` }];
    const differences = await differencesOf(await readHeadMetadata(path), options, ctx);
    if (differences.length === 0) return [{ level: 'ok', message: `head ${path}` }];
    return [problem(`head ${path} does not fit: ${differences.join('; ')}`, howToTrain(options))];
  } catch (error) {
    if (!isSvError(error)) throw error;
    if (error.code !== 'SV_MODEL_NOT_FOUND') return [problem(error.message, error.fix)];
    return [problem(error.message, `Correct \`head\`. ${howToTrain(options)}`)];
  }
}

/** As when the stage loads, up to where a graph is needed. */
async function differencesOf(trained: HeadMetadata, options: Dinov3Options, ctx: Context): Promise<readonly string[]> {
  const facts = await describeLocally(options.backbone, ctx.dir);
  if (facts === undefined) return taskDifferences(trained, ctx.task);
  return headDifferences(trained, headInput(options, trained, facts), ctx.task);
}

/** `undefined` where it must be downloaded first, or where the findings on the backbone say what is wrong. */
async function describeLocally(backbone: string, dir: string): Promise<BackboneFacts | undefined> {
  try {
    const location = locateBackbone(backbone);
    if (location.kind === 'folder' && location.ref.startsWith('hf:')) return undefined;
    return await describeBackbone(backbone, {
      model: async (ref) => ({ path: (await localModelPath(ref, dir)) as string }),
    });
  } catch (error) {
    if (isSvError(error) && /^SV_(BACKBONE|MODEL)_/.test(error.code)) return undefined;
    throw error;
  }
}

function problem(message: string, fix: string | undefined): Finding {
  return { level: 'problem', message: fix ? message.replace(` ${fix}`, '') : message, ...(fix && { fix }) };
}

const pathOf = (ref: ModelRef, dir: string) =>
  ref.startsWith('file://') ? fileURLToPath(ref) : resolve(dir, ref.slice('file:'.length));

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
