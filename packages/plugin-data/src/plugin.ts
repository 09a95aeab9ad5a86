import { type Command, type DataFormat, definePlugin, type Plugin, type Task } from '@streetvision/core';
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
import { type DataOptions, readSets } from './options.js';
import { scenes, scenesSource } from './scenes/index.js';
import { setFormat, setSources } from './sets/sets.js';
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

/**
 * Reads labelled pictures from anywhere, and brings the commands `sv data …`. Throws `SV_CONFIG_INVALID`.
 *
 * @example
 * export default defineConfig({
 *   task: roadwork(),
 *   plugins: [dinov3({ head: 'head.onnx' }), data({ sets: { city: 'photos', night: { ref: 'night.csv', group: 'clip', source: 'real' } } })],
 *   cascade: [{ run: 'dinov3' }],
 * });
 */
export function data(options: DataOptions = {}): Plugin {
  const sets = readSets(options);
  let task: Task | undefined;
  // What a manifest refers to may be a set as well.
  const all: readonly DataFormat[] =
    sets.size === 0
      ? formats
      : [setFormat(sets, () => all), ...formats.map((one) => (one.name === 'jsonl' ? jsonl(() => all) : one))];
  return definePlugin({
    name: PLUGIN_NAME,
    api: '^1',
    formats: all,
    augmentations: AUGMENTATIONS,
    sources: [
      scenesSource(),
      ...setSources(
        sets,
        () => all,
        () => task,
      ),
    ],
    commands,
    setup(host) {
      task = host.task;
    },
  });
}
