import { readFile, stat } from 'node:fs/promises';
import type { Tensor } from '../../types/index.js';
import { type Field, fields, lengthDelimited, numbers, text } from './wire.js';

/** A model whose optional inputs must be fed, and what is fed where a run leaves them out. */
export interface OptionalInputs {
  readonly model: Uint8Array;
  readonly defaults: Readonly<Record<string, Tensor>>;
}

/** Of onnx.proto. */
const MODEL = { graph: 7 } as const;
const GRAPH = { initializer: 5, input: 11 } as const;
const TENSOR = { dims: 1, dataType: 2, name: 8, rawData: 9, dataLocation: 14 } as const;
const FLOAT32 = 1;

/** Heads are small; a model of gigabytes is not read for this. */
const LARGEST = 64 * 2 ** 20;

/**
 * The optional inputs of a model: float32 initialisers that are declared as inputs as well, with a dimension that
 * varies. onnxruntime-node neither lists them nor passes on what is fed for them, so they are made plain inputs, and
 * the engine feeds their values itself. Weights that an old exporter listed as inputs have no dimension that varies.
 */
export async function readOptionalInputs(path: string): Promise<OptionalInputs | undefined> {
  if ((await stat(path)).size > LARGEST) return undefined;
  const bytes = await readFile(path);
  try {
    return findOptionalInputs(bytes);
  } catch (error) {
    // Not an ONNX file: opening it is onnxruntime's business, and so is the complaint.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function findOptionalInputs(bytes: Uint8Array): OptionalInputs | undefined {
  const graph = [...fields(bytes)].find(({ number }) => number === MODEL.graph);
  if (!graph) return undefined;
  const parts = [...fields(graph.value)];
  const varying = new Set(
    parts.flatMap(({ number, value }) => (number === GRAPH.input && varies(value) ? [text(value, 1)] : [])),
  );
  if (varying.size === 0) return undefined;
  const defaults: Record<string, Tensor> = {};
  const kept: Field[] = [];
  for (const part of parts) {
    const name = part.number === GRAPH.initializer ? text(part.value, TENSOR.name) : '';
    const tensor = varying.has(name) ? tensorOf(part.value) : undefined;
    if (tensor) defaults[name] = tensor;
    else kept.push(part);
  }
  // Weights beside the file are found only by a session that is opened from its path.
  if (Object.keys(defaults).length === 0 || kept.some(isExternal)) return undefined;
  const inner = Buffer.concat(kept.map(({ whole }) => whole));
  const before = bytes.subarray(0, graph.start);
  const after = bytes.subarray(graph.start + graph.whole.length);
  return { model: new Uint8Array(Buffer.concat([before, lengthDelimited(MODEL.graph, inner), after])), defaults };
}

/** Whether an input's shape (type.tensor_type.shape) has a named dimension. */
function varies(input: Uint8Array): boolean {
  const inside = (message: Uint8Array, number: number) =>
    [...fields(message)].filter((field) => field.number === number).map(({ value }) => value);
  return inside(input, 2)
    .flatMap((type) => inside(type, 1))
    .flatMap((tensor) => inside(tensor, 2))
    .flatMap((shape) => inside(shape, 1))
    .some((dim) => inside(dim, 2).length > 0);
}

function tensorOf(initializer: Uint8Array): Tensor | undefined {
  const raw = [...fields(initializer)].find(({ number }) => number === TENSOR.rawData)?.value;
  if (!raw || numbers(initializer, TENSOR.dataType)[0] !== FLOAT32) return undefined;
  const data = new Float32Array(Uint8Array.from(raw).buffer);
  return { type: 'float32', data, dims: numbers(initializer, TENSOR.dims) };
}

function isExternal({ number, value }: Field): boolean {
  return number === GRAPH.initializer && numbers(value, TENSOR.dataLocation).includes(1);
}

/** Feeds what a run left out. */
export function withDefaults(
  feeds: Readonly<Record<string, Tensor>>,
  defaults: OptionalInputs['defaults'],
): Record<string, Tensor> {
  const missing = Object.entries(defaults).filter(([name]) => !(name in feeds));
  // Copies: a run gives its buffers away.
  return { ...feeds, ...Object.fromEntries(missing.map(([name, t]) => [name, { ...t, data: t.data.slice() }])) };
}
