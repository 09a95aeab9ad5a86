import { message } from './proto.js';
import { ELEMENT_TYPES, type ElementType, type GraphTensor, tensorOf } from './tensor.js';

interface Stored {
  readonly name?: string;
  readonly dims?: readonly { toNumber(): number }[];
  readonly data_type?: number;
  readonly raw_data?: Uint8Array;
  readonly data_location?: number;
}

/**
 * The fixed tensors of a model file by name, such as its weights, as far as they lie in the file as raw bytes: which
 * is how this library writes them. Throws `RangeError` where the bytes are no ONNX file.
 * @example readTensors(await readFile('head.onnx')).get('mean')?.data
 */
export function readTensors(model: Uint8Array): Map<string, GraphTensor> {
  const type = message('ModelProto');
  const { graph } = type.toObject(type.decode(model)) as { graph?: { initializer?: readonly Stored[] } };
  const found = new Map<string, GraphTensor>();
  for (const { name = '', dims = [], data_type = 0, raw_data, data_location = 0 } of graph?.initializer ?? []) {
    const element = Object.entries(ELEMENT_TYPES).find(([, number]) => number === data_type)?.[0];
    if (element === undefined || raw_data === undefined || data_location !== 0) continue;
    const sizes = dims.map((dim) => dim.toNumber());
    found.set(name, tensorOf(name, element as ElementType, sizes, raw_data));
  }
  return found;
}
