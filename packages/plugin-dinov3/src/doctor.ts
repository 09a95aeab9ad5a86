import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Finding, isSvError, type ModelRef } from '@streetvision/core';
import { noExport } from './backbones/export-recipe.js';
import { FAMILIES } from './backbones/families.js';
import { type BackboneLocation, locateBackbone } from './backbones/location.js';
import type { Dinov3Options } from './options.js';
import { headRef } from './stage.js';

/** What `sv doctor` reports: is the backbone known, are the files there, is there a head. Loads nothing. */
export async function diagnose(options: Dinov3Options): Promise<readonly Finding[]> {
  return [...(await diagnoseBackbone(options)), ...(await diagnoseHead(options))];
}

async function diagnoseBackbone({ backbone }: Dinov3Options): Promise<readonly Finding[]> {
  let location: BackboneLocation;
  try {
    location = locateBackbone(backbone);
  } catch (error) {
    if (!isSvError(error)) throw error;
    return [problem(error.message, error.fix)];
  }
  if (location.kind === 'folder') return diagnoseFolder(location.ref);
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

async function diagnoseFolder(ref: ModelRef): Promise<readonly Finding[]> {
  if (!ref.startsWith('file:')) return [{ level: 'ok', message: `backbone folder ${ref}, checked when it loads` }];
  const folder = pathOf(ref);
  const missing: string[] = [];
  for (const name of ['config.json', 'preprocessor_config.json']) {
    if (!(await exists(join(folder, name)))) missing.push(name);
  }
  if (missing.length === 0) return [{ level: 'ok', message: `backbone folder ${folder}` }];
  return [
    problem(
      `backbone folder ${folder} lacks ${missing.join(' and ')}`,
      'Put it there, or correct `backbone` (paths are taken from the working folder here).',
    ),
  ];
}

async function diagnoseHead({ head, backbone }: Dinov3Options): Promise<readonly Finding[]> {
  if (head === undefined) {
    const train = `sv train --data <labels.csv> --backbone ${backbone} --out ./models/head.onnx`;
    return [problem('no `head` was given, so the stage cannot answer', train)];
  }
  const ref = headRef(head);
  if (!ref.startsWith('file:')) return [{ level: 'ok', message: `head ${ref}, checked when it loads` }];
  const path = pathOf(ref);
  return (await exists(path))
    ? [{ level: 'ok', message: `head ${path}` }]
    : [problem(`head ${path} does not exist`, 'Correct `head`, or train one.')];
}

function problem(message: string, fix: string | undefined): Finding {
  return { level: 'problem', message: fix ? message.replace(` ${fix}`, '') : message, ...(fix && { fix }) };
}

const pathOf = (ref: ModelRef) => resolve(ref.slice('file:'.length));

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
