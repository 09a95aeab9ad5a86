import { type Command, type DataFormat, definePlugin, type Plugin } from '@streetvision/core';
import { AUGMENTATIONS } from './augment/index.js';
import { csv } from './formats/csv.js';
import { folder } from './formats/folder.js';
import { jsonl } from './formats/jsonl.js';
import { huggingFaceFormat, parquetFormat } from './huggingface/formats.js';

export const PLUGIN_NAME = '@streetvision/plugin-data';

const formats: readonly DataFormat[] = [
  // one line per format, the most particular first: the first that detects a reference reads it
  huggingFaceFormat(),
  parquetFormat(),
  jsonl(() => formats),
  csv,
  folder,
];

const commands: readonly Command[] = [
  // one line per command, in the order of the help page
];

/** Reads labelled pictures from anywhere, and brings the commands `sv data …`. */
export function data(): Plugin {
  return definePlugin({ name: PLUGIN_NAME, api: '^1', formats, augmentations: AUGMENTATIONS, commands });
}
