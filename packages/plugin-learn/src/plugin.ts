import { type Command, definePlugin, type Plugin } from '@streetvision/core';
import { calibrateCommand } from './commands/calibrate.js';
import { evalCommand } from './commands/eval.js';
import { simulateCommand } from './commands/simulate.js';
import { trainCommand } from './commands/train.js';
import { tuneCommand } from './commands/tune.js';

export const PLUGIN_NAME = '@streetvision/plugin-learn';

const commands: readonly Command[] = [
  // one line per command, in the order of the help page
  trainCommand,
  evalCommand,
  tuneCommand,
  calibrateCommand,
  simulateCommand,
];

/** Trains heads, calibrates exits, evaluates cascades: the commands `train`, `calibrate`, `eval`, `tune`, `simulate`. */
export function learn(): Plugin {
  return definePlugin({ name: PLUGIN_NAME, api: '^1', commands });
}
