import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { didYouMean, SvError } from '@streetvision/core';
import { automatic1111 } from '../generate/automatic1111.js';
import { comfyUi } from '../generate/comfyui.js';
import { cosmosTransfer } from '../generate/cosmos.js';
import { hfInference } from '../generate/hf-inference.js';
import type { Generator } from '../generate/types.js';
import { numberOption } from './number-option.js';

export const GENERATORS = ['automatic1111', 'comfyui', 'hf-inference', 'cosmos-transfer'] as const;

/** The generator that the command line names, with its settings. Throws `SV_CLI_USAGE`, `SV_GENERATOR`. */
export async function generatorOf(
  options: Readonly<Record<string, string | undefined>>,
  cwd: string,
  out: string,
): Promise<Generator> {
  const { with: name = '', url, model, workflow, command, video, cwd: folder } = options;
  const seconds = numberOption(options.timeout, '--timeout', 1, 86_400);
  const timeoutMs = seconds === undefined ? undefined : seconds * 1000;
  // In the environment, since a command line is seen by every user of the machine.
  const auth = process.env.SV_GENERATOR_AUTH || undefined;
  switch (name) {
    case 'automatic1111':
      return automatic1111({ url, checkpoint: model, auth, timeoutMs });
    case 'comfyui':
      return comfyUi({ url, checkpoint: model, auth, timeoutMs, workflow: await readWorkflow(workflow, cwd) });
    case 'hf-inference':
      return hfInference({ url, model, timeoutMs });
    case 'cosmos-transfer': {
      if (!command || !video) {
        throw new SvError('SV_CLI_USAGE', 'cosmos-transfer needs --command and --video.', {
          fix: 'Write --command "python examples/inference.py" --cwd cosmos-transfer2.5 --video street.mp4.',
        });
      }
      return cosmosTransfer({
        command: command.trim().split(/\s+/),
        cwd: folder === undefined ? undefined : resolve(cwd, folder),
        video: resolve(cwd, video),
        work: resolve(out, 'cosmos'),
        fps: numberOption(options.fps, '--fps', 0.01, 100, false),
      });
    }
    default:
      throw new SvError('SV_CLI_USAGE', `--with received \`${name}\`.${didYouMean(name, [...GENERATORS])}`, {
        fix: `Generators are ${GENERATORS.join(', ')}.`,
      });
  }
}

async function readWorkflow(file: string | undefined, cwd: string): Promise<unknown> {
  if (file === undefined) return undefined;
  try {
    return JSON.parse(await readFile(resolve(cwd, file), 'utf8'));
  } catch (cause) {
    throw new SvError('SV_DATA_FORMAT', `The workflow ${file} could not be read: ${(cause as Error).message}.`, {
      fix: 'Export it from ComfyUI in API format.',
      cause,
    });
  }
}
