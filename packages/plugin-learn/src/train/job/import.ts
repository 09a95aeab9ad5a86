import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type FrozenBackbone, type Project, readOnnxFile } from '@streetvision/core';
import { readOpsets } from '@streetvision/onnx';
import { writeFolder } from '../../files/write-folder.js';
import { RUN_FILES } from '../run-folder.js';
import { trainableStage } from '../stage.js';
import { checkHead } from './check-head.js';
import { checkModel, type Reference } from './check-model.js';
import { invalid, isFile, readJob, readJobData, readJson } from './files.js';
import { preprocessorConfig } from './preprocessor.js';
import type { Imported, Job, JobLine } from './types.js';

export interface ImportOptions {
  /** Folder of the job. */
  readonly job: string;
  /** Where the model folder, or the head, goes. */
  readonly out: string;
  /** Folder that relative paths start from. @default the folder of the config */
  readonly cwd?: string;
}

interface Came {
  readonly project: Project;
  readonly job: Job;
  readonly lines: readonly JobLine[];
  readonly folder: string;
  readonly out: string;
  readonly reference: Reference | undefined;
  readonly trainer: unknown;
}

/**
 * Checks in what a trainer put into `result/` of a job: a fine-tuned model becomes a model folder for `backbone`, a head
 * for the backbone of the stage becomes a `head.onnx`. Nothing is written that does not keep to the contract.
 *
 * Throws `SV_RUN_INVALID` with what is wrong, `SV_ENGINE_*` where the graph does not open.
 */
export async function importJob(project: Project, options: ImportOptions): Promise<Imported> {
  const dir = options.cwd ?? project.dir;
  const folder = resolve(dir, options.job);
  const job = await readJob(folder);
  const result = (name: string) => join(folder, 'result', name);
  const came: Came = {
    project,
    job,
    lines: await readJobData(folder),
    folder,
    out: resolve(dir, options.out),
    reference: (await readJson(result('reference.json'))) as Reference | undefined,
    trainer: (await readJson(result('trainer.json'))) ?? null,
  };
  const model = (await isFile(result('model.onnx'))) ? await readFile(result('model.onnx')) : undefined;
  const head = await isFile(result('head.onnx'));
  if (!model && !head) throw invalid(`${join(folder, 'result')} holds neither model.onnx nor head.onnx.`);
  const backbone = head ? await openBackbone(came) : undefined;
  try {
    if (backbone && isFor(backbone, job, model)) return await importHead(came, backbone, result('head.onnx'));
    if (model) return await importModel(came, result('model.onnx'), model, head);
    throw invalid(`head.onnx is for ${job.backbone.id}, but stage ${job.stage} has another backbone now.`);
  } finally {
    await backbone?.close();
  }
}

const openBackbone = ({ project, job }: Came) => trainableStage(project, job.stage).slot.open(project.load());

/** Whether a head of the job is over the embeddings of this backbone. */
function isFor({ identity }: FrozenBackbone, job: Job, model: Uint8Array | undefined): boolean {
  if (!model) return isDeepStrictEqual(JSON.parse(JSON.stringify(identity)), job.backbone.identity);
  return (identity.backbone as { sha256?: string } | undefined)?.sha256 === sha256(model);
}

async function importModel(came: Came, path: string, bytes: Uint8Array, headWaits: boolean): Promise<Imported> {
  const { project, job, lines, folder, out, reference, trainer } = came;
  const checked = await checkModel(project, path, folder, job, lines, reference);
  const imported: Imported = {
    version: 1,
    kind: 'model',
    sha256: sha256(bytes),
    opsets: readOpsets(bytes),
    ...checked,
    trainer,
    headWaits,
  };
  const { externalData } = await readOnnxFile(path);
  const weights = await Promise.all(
    externalData.map(async (name) => [`onnx/${name}`, await readFile(join(folder, 'result', name))] as const),
  );
  const config = {
    model_type: 'streetvision_import',
    hidden_size: checked.dimension,
    streetvision: {
      id: `${job.backbone.id}-${imported.sha256.slice(0, 8)}`,
      outputs: { pooler: 'embedding' },
      cls: false,
    },
  };
  await writeFolder(out, {
    ...Object.fromEntries(weights),
    'onnx/model.onnx': bytes,
    'preprocessor_config.json': json(preprocessorConfig(job.preprocessing)),
    'import.json': json(imported),
    'config.json': json(config),
  });
  return imported;
}

async function importHead(came: Came, backbone: FrozenBackbone, path: string): Promise<Imported> {
  const { project, job, lines, folder, out, reference, trainer } = came;
  const bytes = await readFile(path);
  const checked = await checkHead(project, backbone, { path, bytes, folder, job, lines, reference });
  const imported: Imported = {
    version: 1,
    kind: 'head',
    sha256: sha256(checked.bytes),
    opsets: readOpsets(bytes),
    dimension: checked.dimension,
    difference: checked.difference,
    validation: checked.validation,
    trainer,
    headWaits: false,
  };
  const files = {
    // What was trained on lies beside the head, so that an evaluation knows.
    'data.jsonl': lines
      .filter(({ split }) => split === 'train')
      .map((line) => `${JSON.stringify(line)}\n`)
      .join(''),
    'import.json': json(imported),
    'head.onnx': checked.bytes,
  };
  await writeFolder(out, files, RUN_FILES);
  return imported;
}

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
