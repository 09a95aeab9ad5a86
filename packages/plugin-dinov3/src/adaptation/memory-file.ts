import { createHash, randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { SvError, type TensorSpec } from '@streetvision/core';
import type { Feature } from '../features/layout.js';

/** What the embeddings of a memory were made with; they mean nothing to anything else. */
export interface MemoryBackbone {
  readonly id: string;
  readonly sha256: string;
  readonly feature: Feature;
  readonly l2: boolean;
  readonly preprocessing: TensorSpec;
}

/** Labelled embeddings. */
export interface Memory {
  readonly backbone: MemoryBackbone;
  readonly classes: readonly string[];
  readonly dimension: number;
  /** `[count, dimension]`, each of length 1. */
  readonly embeddings: Float32Array;
  /** Of each, the index of its class. */
  readonly labels: Uint8Array;
  /** Of each, the sample that it is of. */
  readonly ids: readonly string[];
  /** How it was built: data, capacity, what was admitted. */
  readonly built: Readonly<Record<string, unknown>>;
}

const MAGIC = 'SVMEM1\n';

/**
 * Writes a memory, whole or not at all. Layout: `SVMEM1\n`, the length of the header as eight hex digits and a line feed, the
 * header as JSON, padded with blanks so that what follows starts at a multiple of 4, the embeddings as little-endian
 * float32, the labels as bytes. The header holds the sha256 of what follows it.
 */
export async function writeMemory(path: string, memory: Memory): Promise<void> {
  const { embeddings, labels, ...about } = memory;
  const data = Buffer.concat([new Uint8Array(embeddings.buffer, embeddings.byteOffset, embeddings.byteLength), labels]);
  const sha256 = createHash('sha256').update(data).digest('hex');
  const json = JSON.stringify({ version: 1, kind: 'memory', count: labels.length, sha256, ...about });
  const before = MAGIC.length + 9;
  const length = Buffer.byteLength(json);
  const padded = length + ((4 - ((before + length) % 4)) % 4);
  const head = `${MAGIC}${padded.toString(16).padStart(8, '0')}\n${json}${' '.repeat(padded - length)}`;
  const unfinished = `${path}.${randomUUID()}.tmp`;
  await writeFile(unfinished, Buffer.concat([Buffer.from(head), data]));
  await rename(unfinished, path);
}

/** Reads a memory. Throws `SV_MEMORY_INVALID`. */
export async function readMemory(path: string): Promise<Memory> {
  const bytes = await readFile(path);
  const before = MAGIC.length + 9;
  if (bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) throw invalid(path, 'is no memory');
  const length = Number.parseInt(bytes.toString('latin1', MAGIC.length, before - 1), 16);
  const header = parse(path, bytes.toString('utf8', before, before + length));
  const mistake = findMistake(header);
  if (mistake) throw invalid(path, `has a header in which ${mistake}`);
  const {
    version: _version,
    kind: _kind,
    count,
    sha256,
    ...about
  } = header as unknown as Omit<Memory, 'embeddings' | 'labels'> & {
    version: 1;
    kind: string;
    count: number;
    sha256: string;
  };
  const data = bytes.subarray(before + length);
  const floats = count * about.dimension;
  if (data.length !== floats * 4 + count || about.ids.length !== count) {
    throw invalid(path, `holds ${data.length} bytes of embeddings, expected ${floats * 4 + count}: it was cut off`);
  }
  if (createHash('sha256').update(data).digest('hex') !== sha256) throw invalid(path, 'was damaged or edited');
  // Copied, so that the floats are aligned whatever the buffer they were read into.
  const embeddings = new Float32Array(new Uint8Array(data.subarray(0, floats * 4)).buffer);
  const labels = new Uint8Array(data.subarray(floats * 4));
  if (labels.some((label) => label >= about.classes.length)) throw invalid(path, 'has a label that is no class');
  return { ...about, embeddings, labels };
}

function parse(path: string, json: string): Record<string, unknown> {
  try {
    return JSON.parse(json) as Record<string, unknown>;
  } catch (cause) {
    throw invalid(path, 'has a header that is not JSON', cause);
  }
}

function findMistake({ version, kind, count, dimension, classes, ids, backbone }: Record<string, unknown>) {
  const whole = (value: unknown) => Number.isInteger(value) && (value as number) > 0;
  if (version !== 1 || kind !== 'memory') return `version ${version} of ${kind} is not known`;
  if (!whole(count) || !whole(dimension)) return '`count` and `dimension` are not whole numbers from 1';
  if (!Array.isArray(classes) || !Array.isArray(ids)) return '`classes` or `ids` is no list';
  if (typeof (backbone as MemoryBackbone | undefined)?.sha256 !== 'string') return '`backbone` is missing';
  return undefined;
}

function invalid(path: string, what: string, cause?: unknown): SvError {
  return new SvError('SV_MEMORY_INVALID', `${path} ${what}.`, {
    fix: 'Build it again with `buildMemory`.',
    ...(cause !== undefined && { cause }),
  });
}
