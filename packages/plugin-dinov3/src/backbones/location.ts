import { basename } from 'node:path';
import { didYouMean, type ModelRef, SvError } from '@streetvision/core';
import { BACKBONES, type BackboneEntry, findBackbone } from './table.js';

/** Where a backbone's files are. */
export type BackboneLocation =
  | { readonly kind: 'table'; readonly entry: BackboneEntry }
  | { readonly kind: 'folder'; readonly ref: ModelRef; readonly id: string };

const PATH = /^(?:\.{1,2}(?:[\\/]|$)|[\\/]|[A-Za-z]:[\\/])/;

/** A path becomes `file:…`; a reference stays one. `undefined` for anything else. */
export function asModelRef(text: string): ModelRef | undefined {
  if (/^(?:hf:|npm:|file:|https:\/\/)/.test(text)) return text as ModelRef;
  return PATH.test(text) ? `file:${text}` : undefined;
}

/** Reads the `backbone` option; touches no file. Throws `SV_BACKBONE_UNKNOWN`. */
export function locateBackbone(backbone: string): BackboneLocation {
  const ref = asModelRef(backbone)?.replace(/[\\/]+$/, '') as ModelRef | undefined;
  if (ref) {
    if (ref.startsWith('https:') || ref.endsWith('.onnx')) {
      throw unknown(
        `Backbone ${backbone} is a single file`,
        'Give the folder that holds it together with config.json and preprocessor_config.json.',
      );
    }
    return { kind: 'folder', ref: pinned(ref), id: folderId(ref) };
  }
  const entry = findBackbone(backbone);
  if (entry) return { kind: 'table', entry };
  const near = didYouMean(backbone, [...BACKBONES.map((one) => one.id), ...BACKBONES.map((one) => one.alias)]);
  throw unknown(
    `Backbone ${backbone} is not in the table.${near}`,
    'For a model folder write ./folder, file:…, npm:package/folder or hf:org/name@revision.',
    '',
  );
}

function unknown(message: string, fix: string, stop = '.'): SvError {
  return new SvError('SV_BACKBONE_UNKNOWN', `${message}${stop}`, { fix });
}

// `sv.lock` turns `main` into a commit the first time.
function pinned(ref: ModelRef): ModelRef {
  return ref.replace(/^(hf:[^/@]+\/[^/@]+)(?=\/|$)/, '$1@main') as ModelRef;
}

/** A name that is the same on every machine: no absolute path. */
function folderId(ref: ModelRef): string {
  if (ref.startsWith('hf:')) return ref.slice(3).replace(/@[^/]+/, '');
  if (ref.startsWith('npm:')) return ref.slice(4);
  return basename(ref.slice(5)) || ref;
}
