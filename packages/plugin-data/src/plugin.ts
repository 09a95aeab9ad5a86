import { type Command, type DataFormat, definePlugin, type Plugin } from '@streetvision/core';
import { AUGMENTATIONS } from './augment/index.js';
import { augmentCommand } from './commands/augment.js';
import { check } from './commands/check.js';
import { exportCommand } from './commands/export.js';
import { generate } from './commands/generate.js';
import { mix } from './commands/mix.js';
import { report } from './commands/report.js';
import { scenesCommand } from './commands/scenes.js';
import { split } from './commands/split.js';
import { annotations } from './formats/annotations.js';
import { coco } from './formats/coco.js';
import { csv } from './formats/csv.js';
import { fiftyone } from './formats/fiftyone.js';
import { folder } from './formats/folder.js';
import { jsonl } from './formats/jsonl.js';
import { yolo } from './formats/yolo.js';
import { huggingFaceFormat, parquetFormat } from './huggingface/formats.js';
import { scenes, scenesSource } from './scenes/index.js';
import { urlsFormat } from './urls/format.js';
import { videoFormat } from './video/format.js';

export const PLUGIN_NAME = '@streetvision/plugin-data';

const formats: readonly DataFormat[] = [
  // one line per format, the most particular first: the first that detects a reference reads it
  huggingFaceFormat(),
  urlsFormat(),
  jsonl(() => formats),
  csv,
  annotations,
  yolo,
  fiftyone,
  coco,
  parquetFormat(),
  videoFormat(),
  folder,
  scenes,
];

const commands: readonly Command[] = [
  // one line per command, in the order of the help page
  report,
  split,
  mix,
  check,
  exportCommand,
  augmentCommand,
  scenesCommand,
  generate,
];

/** Reads labelled pictures from anywhere, and brings the commands `sv data …`. */
export function data(): Plugin {
  return definePlugin({
    name: PLUGIN_NAME,
    api: '^1',
    formats,
    augmentations: AUGMENTATIONS,
    sources: [scenesSource()],
    commands,
  });
}
