import { rename, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type CommandCall, type DataProblem, type Dataset, SvError } from '@streetvision/core';
import { onlyPart } from '../split/only-part.js';

/** Shares by name: `train=0.6,test=0.4`. Throws `SV_CLI_USAGE`. */
export function readShares(value: unknown, flag: string): Record<string, number> | undefined {
  if (value === undefined) return undefined;
  const shares: Record<string, number> = {};
  for (const pair of String(value).split(',')) {
    const [name = '', share = '', ...rest] = pair.split('=').map((text) => text.trim());
    const number = Number(share);
    if (name === '' || share === '' || rest.length > 0 || !(number >= 0 && Number.isFinite(number))) {
      throw new SvError('SV_CLI_USAGE', `${flag} received \`${pair}\` and expects a name and a share: \`train=0.6\`.`);
    }
    shares[name] = number;
  }
  return shares;
}

/** A whole number of at least `least`. Throws `SV_CLI_USAGE`. */
export function readWhole(value: unknown, flag: string, least: number): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (Number.isSafeInteger(number) && number >= least && String(value).trim() !== '') return number;
  throw new SvError('SV_CLI_USAGE', `${flag} received \`${value}\` and expects a whole number of at least ${least}.`);
}

/** The option, which must be given. Throws `SV_CLI_USAGE`. */
export function requireText(value: unknown, flag: string, example: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new SvError('SV_CLI_USAGE', `${flag} is missing.`, { fix: `For instance ${example}.` });
}

/** The part that `--split` names, where it was given. */
export const partOf = (dataset: Dataset, part: unknown): Dataset =>
  typeof part === 'string' ? onlyPart(dataset, part) : dataset;

/** Opens a dataset from the caller's folder; what is left out is counted and told as a warning. */
export async function openData(
  call: CommandCall,
  ref: string,
): Promise<{
  readonly dataset: Dataset;
  readonly problems: readonly DataProblem[];
  problem(problem: DataProblem): void;
}> {
  const problems: DataProblem[] = [];
  const problem = (one: DataProblem) => {
    problems.push(one);
    call.log.warn(`${one.where}: ${one.message}`);
  };
  const project = await call.project({ optional: true });
  const group = call.options.group as string | undefined;
  return { dataset: await project.dataset(ref, { group, problem, cwd: call.cwd }), problems, problem };
}

/** Writes what `--json` asks for, where it was given. Throws `SV_OUTPUT_WRITE`. */
export async function writeJson(call: CommandCall, value: unknown): Promise<void> {
  const { json } = call.options;
  if (typeof json !== 'string') return;
  const path = resolve(call.cwd, json);
  try {
    await writeFile(`${path}.tmp`, `${JSON.stringify(value, null, 2)}\n`);
    await rename(`${path}.tmp`, path);
  } catch (error) {
    throw new SvError('SV_OUTPUT_WRITE', `\`${json}\` could not be written: ${(error as Error).message}.`, {
      cause: error,
    });
  }
}

/** How many samples were left out, for the end of a summary. */
export const leftOut = (problems: readonly DataProblem[]) =>
  problems.length === 0 ? '' : `${problems.length} samples were left out; the warnings say why.\n`;
