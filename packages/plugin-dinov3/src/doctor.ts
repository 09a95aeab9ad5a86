import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Finding, isSvError, type ModelRef, type Plugin } from '@streetvision/core';
import { noExport } from './backbones/export-recipe.js';
import { FAMILIES } from './backbones/families.js';
import { type BackboneLocation, locateBackbone } from './backbones/location.js';
import { taskDifferences } from './head/check.js';
import { howToTrain } from './head/how-to-train.js';
import { readHeadMetadata } from './head/metadata.js';
import type { Dinov3Options } from './options.js';
import { headRef } from './stage.js';

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

async function diagnoseHead({ head, ...options }: Dinov3Options, ctx: Context): Promise<readonly Finding[]> {
  if (head === undefined) return [problem('no `head` was given, so the stage cannot answer', howToTrain(options))];
  const ref = headRef(head);
  if (!ref.startsWith('file:')) return [{ level: 'ok', message: `head ${ref}, checked when it loads` }];
  const path = pathOf(ref, ctx.dir);
  const training = howToTrain({ ...options, head });
  if (!(await exists(path))) return [problem(`head ${path} does not exist`, `Correct \`head\`. ${training}`)];
  try {
    const differences = taskDifferences(await readHeadMetadata(path), ctx.task);
    if (differences.length === 0) return [{ level: 'ok', message: `head ${path}` }];
    return [problem(`head ${path} does not fit: ${differences.join('; ')}`, training)];
  } catch (error) {
    if (!isSvError(error)) throw error;
    return [problem(error.message, error.fix)];
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
